package io.statemanager.http;

import static io.statemanager.http.ControlFixture.BEARER;
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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ControlDoorTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path directory;

    private ControlFixture door;
    private final AtomicReference<Object> asked = new AtomicReference<>();

    @BeforeEach
    void start() {
        door = new ControlFixture(fixture.vertx(), directory).start(null);
    }

    @Test
    void bodyPathAndQueryBecomeOneRequestRecord() {
        await(door.bus.handle(ProcessCommands.LOGS, request -> {
            asked.set(request);
            return Future.succeededFuture(new ProcessCommands.LogLines(request.name(), List.of()));
        }));

        Answer answer = ask("GET", "/processes/web/logs?lines=7", null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"name\":\"web\",\"lines\":[]}\n");
        assertThat(asked.get()).isEqualTo(new ProcessCommands.Logs("web", 7, null));
    }

    @Test
    void anEmptyBodyIsAnEmptyObjectAndAFormTypeIsIgnored() {
        await(door.bus.handle(CheckpointCommands.RESTORE, request -> {
            asked.set(request);
            return Future.failedFuture(CommandException.of(FailureCode.INVALID_REQUEST, "nothing to restore"));
        }));

        ask("POST", "/restore", null);
        assertThat(asked.get()).isEqualTo(new CheckpointCommands.Restore(null, null));

        String padded = "{\"id\":\"v1\"" + " ".repeat(5000) + "}";
        ask("POST", "/restore", padded, "Content-Type: application/x-www-form-urlencoded");
        assertThat(asked.get()).isEqualTo(new CheckpointCommands.Restore("v1", null));
    }

    @Test
    void aFailureIsAProblemWithItsStatusAndTheTimeToTryAgain() {
        await(door.bus.handle(
                CheckpointCommands.CREATE,
                request -> Future.failedFuture(CommandException.of(FailureCode.OPERATION_IN_PROGRESS, "a restore runs")
                        .retryAfter(Duration.ofSeconds(4)))));

        Answer answer = ask("POST", "/checkpoint", "{}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.header("retry-after")).isEqualTo("4");
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("operation_in_progress");
        assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo("a restore runs");
    }

    @Test
    void anUnforeseenFailureTellsTheRequestIdAndNothingElse() {
        await(door.bus.handle(ProcessCommands.LIST, request -> {
            throw new IllegalStateException("secret_key=abc");
        }));

        Answer answer = ask("GET", "/processes", null, "X-Request-Id: my-request.1");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.header("x-request-id")).isEqualTo("my-request.1");
        assertThat(answer.body()).contains("my-request.1").doesNotContain("secret_key", "Exception", "io.statemanager");
    }

    @Test
    void aRequestIdThatIsNotSaneIsReplaced() {
        Answer answer = ask("GET", "/healthz", null, "X-Request-Id: a b\"<script>");

        assertThat(answer.header("x-request-id")).hasSize(36);
    }

    @Test
    void headIsAnsweredAsGetWithoutItsBody() {
        await(door.bus.handle(
                ProcessCommands.LIST, request -> Future.succeededFuture(new ProcessCommands.Processes(List.of()))));

        Answer head = ask("HEAD", "/processes", null);
        Answer get = ask("GET", "/processes", null);

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("content-length")).isEqualTo(get.header("content-length"));
    }

    @Test
    void theSocketNeedsNoToken() {
        try (RawHttp http = RawHttp.unix(door.socket)) {
            assertThat(http.ask("GET", "/lease", null).status()).isEqualTo(503);
        }
        assertThat(RawHttp.once(door.port(), "GET", "/lease", null).status()).isEqualTo(401);
    }

    private Answer ask(String method, String path, String body, String... headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = BEARER;
        return RawHttp.once(door.port(), method, path, body, all);
    }
}
