package io.statemanager.http;

import static io.statemanager.http.ControlFixture.BEARER;
import static io.statemanager.http.ControlFixture.TOKEN;
import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.support.RawHttp;
import io.statemanager.support.RawHttp.Answer;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the door refuses by itself: each with its status and code, and no command ever hears of it. */
class HttpRefusalsTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path directory;

    private ControlFixture door;
    private final AtomicInteger commands = new AtomicInteger();

    @BeforeEach
    void start() {
        door = new ControlFixture(fixture.vertx(), directory).start(null);
        await(door.bus.handle(CheckpointCommands.CREATE, request -> heard()));
        await(door.bus.handle(CheckpointCommands.VERIFY, request -> heard()));
        await(door.bus.handle(CheckpointCommands.RESTORE, request -> heard()));
        await(door.bus.handle(ProcessCommands.LOGS, request -> heard()));
    }

    private <T> Future<T> heard() {
        commands.incrementAndGet();
        return Future.failedFuture(CommandException.of(FailureCode.NOT_CONFIGURED, "heard"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    POST   | /checkpoint              | {"id":           | 400 | invalid_request    | malformed JSON
                    POST   | /checkpoint              | {} {}            | 400 | invalid_request    | malformed JSON
                    POST   | /checkpoint              | []               | 400 | invalid_request    | a JSON object is expected
                    POST   | /checkpoint              | "text"           | 400 | invalid_request    | a JSON object is expected
                    POST   | /checkpoint              | {"id":1}         | 400 | invalid_request    | id:
                    POST   | /checkpoint              | {"id":{}}        | 400 | invalid_request    | id:
                    POST   | /checkpoint              | {"ID":"a"}       | 400 | invalid_request    | ID: unknown member
                    POST   | /checkpoint              | {"id":"a","id":"b"} | 400 | invalid_request | given twice
                    POST   | /checkpoint?id=a         | -                | 400 | invalid_request    | id: unknown query member
                    POST   | /checkpoint?force        | -                | 400 | invalid_request    | force: unknown query member
                    POST   | /checkpoints/a/verify?read_data=yes | -     | 400 | invalid_request    | read_data:
                    POST   | /checkpoints/a/verify?read_data=true&read_data=true | - | 400 | invalid_request | given twice
                    POST   | /checkpoints/a/verify    | {"read_data":1}  | 400 | invalid_request    | read_data:
                    POST   | /checkpoints/a/restore   | {"id":"b"}       | 400 | invalid_request    | in the body and in the path
                    GET    | /processes/app/logs?lines=many | -          | 400 | invalid_request    | lines:
                    GET    | /processes/app/logs?lines=99999999999 | -   | 400 | invalid_request    | lines:
                    POST   | /checkpoints/../restore  | -                | 400 | invalid_request    | dot segment
                    POST   | /checkpoints/%2e%2E/restore | -             | 400 | invalid_request    | dot segment
                    GET    | /checkpoints/            | -                | 400 | invalid_request    | empty segment
                    GET    | //checkpoints            | -                | 400 | invalid_request    | empty segment
                    GET    | /checkpoints/%zz         | -                | 400 | invalid_request    | percent sign
                    GET    | /checkpoints/a%2         | -                | 400 | invalid_request    | percent sign
                    GET    | /nowhere                 | -                | 404 | not_found          | nothing at this path
                    GET    | /checkpoints/a/b/c       | -                | 404 | not_found          | nothing at this path
                    PUT    | /config                  | {}               | 405 | method_not_allowed | GET, HEAD, POST
                    DELETE | /                        | -                | 405 | method_not_allowed | GET, HEAD, POST
                    GET    | /restore                 | -                | 405 | method_not_allowed | POST
                    OPTIONS | /checkpoints/a          | -                | 405 | method_not_allowed | DELETE, GET, HEAD
                    POST   | /metrics                 | -                | 405 | method_not_allowed | GET, HEAD
                    POST   | /healthz                 | -                | 405 | method_not_allowed | GET, HEAD
                    GET    | /events?topic=weather    | -                | 400 | invalid_request    | topic:
                    GET    | /events?colour=red       | -                | 400 | invalid_request    | colour:
                    """)
    void aBadRequestGetsItsStatusCodeAndSentence(
            String method, String path, String body, int status, String code, String sentence) {
        Answer answer = RawHttp.once(door.port(), method, path, body, BEARER);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        JsonObject problem = new JsonObject(answer.body());
        assertThat(problem.getString("code")).isEqualTo(code);
        assertThat(problem.getString("detail")).contains(sentence).isEqualTo(problem.getString("error"));
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        if (status == 405) {
            assertThat(answer.header("allow")).isEqualTo(sentence);
        }
        assertThat(commands).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Authorization: Bearer",
                "Authorization: Bearer wrong",
                "Authorization: Bearer " + TOKEN + "x",
                "Authorization: Basic " + TOKEN,
                "Authorization: " + TOKEN,
                "Authorization: Bearer " + TOKEN + "\r\nAuthorization: Bearer wrong",
                "X-Authorization: Bearer " + TOKEN,
            })
    void withoutTheTokenNothingElseIsTold(String header) {
        String[] headers = header.isEmpty() ? new String[0] : new String[] {header};
        for (String path :
                new String[] {"/", "/checkpoint", "/nowhere", "/metrics", "/openapi.json", "/events", "/%zz"}) {
            Answer answer = RawHttp.once(door.port(), "POST", path, "{\"id\":", headers);

            assertThat(answer.status()).as(path).isEqualTo(401);
            assertThat(answer.header("www-authenticate")).isEqualTo("Bearer");
            assertThat(answer.body()).contains("\"code\":\"unauthorized\"").doesNotContain(TOKEN);
        }
        assertThat(commands).hasValue(0);
    }

    @Test
    void theSchemeIsReadWithoutCaseAndTheTokenExactly() {
        assertThat(RawHttp.once(door.port(), "GET", "/openapi.json", null, "authorization: bEARER   " + TOKEN + " ")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aBodyOverTheLimitIsRefusedWhetherAnnouncedOrNot() throws Exception {
        try (RawHttp announced = RawHttp.tcp(door.port())) {
            announced.send("POST /checkpoint HTTP/1.1\r\nHost: a\r\n" + BEARER + "\r\nContent-Length: 1048577\r\n\r\n");
            assertThat(announced.answer().status()).isEqualTo(413);
        }
        try (RawHttp streamed = RawHttp.tcp(door.port())) {
            streamed.send(
                    "POST /checkpoint HTTP/1.1\r\nHost: a\r\n" + BEARER + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
            for (int i = 0; i < 17; i++) {
                streamed.send(chunk);
            }
            Answer answer = streamed.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("payload_too_large");
        }
        assertThat(commands).hasValue(0);
    }

    @Test
    void aBodyOfExactlyTheLimitIsRead() {
        String body = "{\"id\":\"a\"" + " ".repeat((1 << 20) - 10) + "}";
        assertThat(body).hasSize(1 << 20);

        assertThat(RawHttp.once(door.port(), "POST", "/checkpoint", body, BEARER)
                        .status())
                .isEqualTo(400);
        assertThat(commands).hasValue(1);
    }

    @Test
    void whoAsksBeforeSendingIsToldToContinueOrNot() {
        try (RawHttp http = RawHttp.tcp(door.port())) {
            String head = "POST /checkpoint HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" + BEARER + "\r\n";
            http.send(head + "Content-Length: 2\r\n\r\n");
            assertThat(http.answer().status()).isEqualTo(100);
            http.send("{}");
            assertThat(http.answer().body()).contains("heard");
            http.send(head + "Content-Length: 2000000\r\n\r\n");
            assertThat(http.answer().status()).isEqualTo(413);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /openapi.json HTTP/1.1\r\n\r\n",
                "GET /openapi.json HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /openapi.json HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET http://other/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST /checkpoint HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /checkpoint HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "POST /checkpoint HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST /checkpoint HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 30\r\n\r\n{}",
                "POST /checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n\r\n{}",
                "POST /checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 30\r\n\r\n{}",
                "POST /checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n{}",
                "POST /checkpoint HTTP/1.1\r\nHost: a\r\nX-A : b\r\nContent-Length: 2\r\n\r\n{}",
            })
    void whatCouldBeReadInTwoWaysIsRefusedAndTheConnectionClosed(String request) {
        try (RawHttp http = RawHttp.tcp(door.port())) {
            http.send(request.replaceFirst("\r\n", "\r\n" + BEARER + "\r\n")
                    + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");

            String everything = http.rest();

            assertThat(everything).doesNotContain("smuggled", "/nowhere", "HTTP/1.1 200", "heard");
            assertThat(everything.split("HTTP/1\\.\\d \\d", -1)).hasSizeLessThanOrEqualTo(2);
            assertThat(everything).containsAnyOf("HTTP/1.1 400", "HTTP/1.0 400");
        }
        assertThat(commands).hasValue(0);
    }

    @Test
    void aBrokenChunkEndsTheConnection() {
        try (RawHttp http = RawHttp.tcp(door.port())) {
            http.send("POST /checkpoint HTTP/1.1\r\nHost: a\r\n" + BEARER + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "zz\r\n{}\r\n0\r\n\r\nGET /openapi.json HTTP/1.1\r\nHost: a\r\n" + BEARER + "\r\n\r\n");

            assertThat(http.rest()).isEmpty();
        }
        assertThat(commands).hasValue(0);
    }

    @Test
    void aLengthBesideChunksCountsForNothing() {
        try (RawHttp http = RawHttp.tcp(door.port())) {
            http.send("POST /checkpoint HTTP/1.1\r\nHost: a\r\n" + BEARER
                    + "\r\nContent-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                    + "GET /nowhere HTTP/1.1\r\nHost: a\r\n" + BEARER + "\r\nConnection: close\r\n\r\n");

            assertThat(http.answer().status()).isEqualTo(400);
            assertThat(http.answer().status()).isEqualTo(404);
        }
    }

    @Test
    void aHeadTooLargeIsRefused() {
        try (RawHttp http = RawHttp.tcp(door.port())) {
            http.send("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(70_000) + "\r\n\r\n");
            assertThat(http.rest()).contains(" 431 ");
        }
        try (RawHttp http = RawHttp.tcp(door.port())) {
            http.send("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(http.rest()).contains(" 414 ");
        }
    }

    @Test
    void aConflictIsToldToEverythingButHealthAndOnlyWithTheToken() {
        door.conflict = "configuration conflict: both environment variables and config file exist";

        for (String path : new String[] {"/", "/config", "/metrics", "/events", "/nowhere"}) {
            Answer answer = RawHttp.once(door.port(), "GET", path, null, BEARER);
            assertThat(answer.status()).as(path).isEqualTo(500);
            assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo(door.conflict);
        }
        assertThat(RawHttp.once(door.port(), "GET", "/", null).status()).isEqualTo(401);
        assertThat(RawHttp.once(door.port(), "GET", "/healthz", null).body()).isEqualTo("{\"status\":\"ok\"}\n");
        Answer ready = RawHttp.once(door.port(), "GET", "/readyz", null);
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.body()).isEqualTo("{\"status\":\"unavailable\"}\n");
    }
}
