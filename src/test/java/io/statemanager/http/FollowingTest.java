package io.statemanager.http;

import static io.statemanager.http.ControlFixture.BEARER;
import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.support.RawHttp;
import io.statemanager.support.RawHttp.Answer;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A long operation's answer as lines. */
class FollowingTest {
    private static final String LINES = "Accept: application/x-ndjson";

    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path directory;

    private ControlFixture door;
    private final CompletableFuture<Call> begun = new CompletableFuture<>();
    private final Promise<CheckpointCommands.Deleted> end = Promise.promise();

    @BeforeEach
    void start() {
        door = new ControlFixture(fixture.vertx(), directory).start(null);
    }

    @Test
    void linesArriveWhileTheOperationRunsAndTheLastHoldsThePlainAnswer() throws Exception {
        handle();
        try (RawHttp http = RawHttp.tcp(door.port())) {
            ask(http);
            Call call = begun.get(30, TimeUnit.SECONDS);
            call.info("scanning");
            assertThat(http.line()).isEqualTo("HTTP/1.1 200 OK");
            skipHead(http);
            assertThat(object(http.chunk()).getString("data")).isEqualTo("scanning");
            call.progress("files", 3, 10);
            JsonObject progress = object(http.chunk());
            assertThat(progress.getString("type")).isEqualTo("progress");
            assertThat(progress.getInteger("done")).isEqualTo(3);
            assertThat(progress.getInteger("total")).isEqualTo(10);
            end.complete(new CheckpointCommands.Deleted("success", "v1"));
            JsonObject last = object(http.chunk());
            assertThat(last.getString("type")).isEqualTo("complete");
            assertThat(last.getString("time")).endsWith("Z");
            assertThat(last.getJsonObject("data").getString("checkpoint_id")).isEqualTo("v1");
            assertThat(http.chunk()).isEmpty();
        }
    }

    @Test
    void aFailureAfterTheFirstLineIsTheLastLine() throws Exception {
        handle();
        try (RawHttp http = RawHttp.tcp(door.port())) {
            ask(http);
            begun.get(30, TimeUnit.SECONDS).info("scanning");
            end.fail(CommandException.of(FailureCode.STORE_FAILED, "GET failed"));

            List<String> lines = List.of(http.answer().body().split("\n", -1));

            JsonObject last = new JsonObject(lines.get(1));
            assertThat(last.getString("type")).isEqualTo("error");
            assertThat(last.getJsonObject("data").getString("code")).isEqualTo("store_failed");
            assertThat(last.getJsonObject("data").getInteger("status")).isEqualTo(502);
        }
    }

    @Test
    void aFailureBeforeTheFirstLineKeepsItsStatus() {
        await(door.bus.handle(
                CheckpointCommands.CREATE,
                request -> Future.failedFuture(CommandException.of(FailureCode.OPERATION_IN_PROGRESS, "a restore runs")
                        .retryAfter(Duration.ofSeconds(2)))));

        Answer answer = RawHttp.once(door.port(), "POST", "/checkpoint", "{}", BEARER, LINES);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.header("retry-after")).isEqualTo("2");
        assertThat(new JsonObject(answer.body()).getString("type")).isEqualTo("error");
    }

    @Test
    void anUnforeseenFailureShowsNothingOfItself() {
        await(door.bus.handle(CheckpointCommands.CREATE, request -> {
            throw new IllegalStateException("password=abc");
        }));

        Answer answer = RawHttp.once(door.port(), "POST", "/checkpoint", "{}", BEARER, LINES);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("password", "Exception");
    }

    @Test
    void whatCannotBeFollowedIsAnsweredPlainly() {
        await(door.bus.handle(
                ProcessCommands.LIST, request -> Future.succeededFuture(new ProcessCommands.Processes(List.of()))));

        Answer answer = RawHttp.once(door.port(), "GET", "/processes", null, BEARER, LINES);

        assertThat(answer.header("content-type")).isEqualTo("application/json");
    }

    @Test
    void whoGoesAwayDoesNotStopTheOperation() throws Exception {
        CompletableFuture<Boolean> finished = new CompletableFuture<>();
        handle();
        end.future().onComplete(done -> finished.complete(true));
        try (RawHttp http = RawHttp.tcp(door.port())) {
            ask(http);
            begun.get(30, TimeUnit.SECONDS).info("scanning");
            assertThat(http.line()).contains("200");
        }
        Call call = begun.get();

        for (int i = 0; i < 1000; i++) {
            call.progress("files", i, -1);
        }
        end.complete(new CheckpointCommands.Deleted("success", "v1"));

        assertThat(finished.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(RawHttp.once(door.port(), "GET", "/healthz", null).status()).isEqualTo(200);
    }

    @Test
    void whoReadsNothingMissesProgressAndStillGetsTheLastLine() throws Exception {
        handle();
        try (RawHttp http = RawHttp.tcp(door.port())) {
            ask(http);
            Call call = begun.get(30, TimeUnit.SECONDS);
            String text = "x".repeat(20_000);
            int lines = 2000;
            for (int i = 0; i < lines; i++) {
                call.progress(text, i, lines);
            }
            end.complete(new CheckpointCommands.Deleted("success", "v1"));
            Awaitility.await().until(() -> commandsAnswered() > 0);

            String[] read = http.answer().body().split("\n", -1);

            assertThat(read.length).isLessThan(lines);
            assertThat(read[read.length - 2]).contains("\"complete\"");
        }
    }

    private double commandsAnswered() {
        String counted =
                RawHttp.once(door.port(), "GET", "/metrics", null, BEARER).body();
        return counted.contains("operation=\"checkpoint.verify\"") ? 1 : 0;
    }

    private void handle() {
        await(door.bus.handle(CheckpointCommands.VERIFY, (request, call) -> {
            begun.complete(call);
            return end.future()
                    .map(done -> new CheckpointCommands.Verified(done.status(), done.checkpointId(), 1, 2, 3, 4));
        }));
    }

    private static void ask(RawHttp http) {
        http.send("POST /checkpoints/v1/verify HTTP/1.1\r\nHost: a\r\n" + BEARER + "\r\n" + LINES
                + "\r\nContent-Length: 0\r\n\r\n");
    }

    private static void skipHead(RawHttp http) {
        String line = http.line();
        while (!line.isEmpty()) {
            line = http.line();
        }
    }

    private static JsonObject object(List<String> lines) {
        return new JsonObject(lines.get(0));
    }
}
