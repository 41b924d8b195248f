package io.statemanager.http;

import static io.statemanager.http.ControlFixture.BEARER;
import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.statemanager.bus.Command;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.Commands;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import io.statemanager.bus.Json;
import io.statemanager.bus.Route;
import io.statemanager.support.RawHttp;
import io.statemanager.support.RawHttp.Answer;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class OpenApiTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path directory;

    private ControlFixture door;
    private JsonNode document;

    @BeforeEach
    void start() {
        door = new ControlFixture(fixture.vertx(), directory).start(null);
        document = json(ask("GET", "/openapi.json", null));
    }

    @Test
    void everyRouteIsDescribedOnce() {
        assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
        Set<String> described = new HashSet<>();
        List<String> ids = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    described.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
                    ids.add(operation.getValue().path("operationId").asText());
                }));
        Set<String> expected = new HashSet<>(
                Set.of("GET /healthz", "GET /readyz", "GET /metrics", "GET /openapi.json", "GET /events"));
        for (Command<?, ?> command : Commands.PUBLIC) {
            Route route = command.route().orElseThrow();
            route.paths().forEach(path -> expected.add(route.method() + " " + path));
        }

        assertThat(described).isEqualTo(expected);
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void realAnswersAreWhatTheDocumentSays() {
        for (Command<?, ?> command : Commands.PUBLIC) {
            for (boolean full : new boolean[] {true, false}) {
                holds(command, full);
            }
        }
    }

    @Test
    void realProblemsAreWhatTheDocumentSays() {
        CommandException failure = CommandException.invalid(
                        FailureCode.OPERATION_IN_PROGRESS, List.of(new Fault("id", "is taken")))
                .withHint("wait")
                .retryAfter(Duration.ofSeconds(2));
        await(door.bus.handle(io.statemanager.bus.CheckpointCommands.CREATE, request -> Future.failedFuture(failure)));

        Answer answer = ask("POST", "/checkpoint", "{}");
        JsonNode responses = document.at("/paths/~1checkpoint/post/responses");

        JsonNode schema = responses.at("/409/content/application~1problem+json/schema");
        assertThat(schema.isMissingNode()).isFalse();
        assertThat(SchemaCheck.faults(document, schema, json(answer))).isEmpty();
    }

    @Test
    void whatTheDocumentDoesNotSayIsFound() {
        JsonNode schema = Json.object().put("$ref", "#/components/schemas/Lease.Acquired");
        JsonNode wrong = Json.object().put("generation", "7").put("colour", 1);

        assertThat(SchemaCheck.faults(document, schema, wrong))
                .containsExactly("$.generation is no integer", "$.colour is not described");
        assertThat(SchemaCheck.faults(document, schema, Json.object())).containsExactly("$.generation is missing");
    }

    private <Q, R> void holds(Command<Q, R> command, boolean full) {
        Route route = command.route().orElseThrow();
        Object sample = Samples.of(command.reply(), full);
        MessageConsumer<?> handler = fixture.vertx()
                .eventBus()
                .localConsumer(
                        command.address(),
                        message -> message.reply(
                                sample,
                                new DeliveryOptions().setCodecName("reference").setLocalOnly(true)));
        await(handler.completion());
        for (String path : route.paths()) {
            JsonNode operation =
                    document.path("paths").path(path).path(route.method().toLowerCase(Locale.ROOT));
            Answer answer = ask(route.method(), path.replaceAll("\\{\\w+}", "v1"), null);
            assertThat(answer.status()).as(command.address()).isEqualTo(200);
            JsonNode schema = operation.at("/responses/200/content/application~1json/schema");
            assertThat(SchemaCheck.faults(document, schema, json(answer)))
                    .as(command.address() + ": " + answer.body())
                    .isEmpty();
        }
        await(handler.unregister());
    }

    private Answer ask(String method, String path, String body) {
        return RawHttp.once(door.port(), method, path, body, BEARER);
    }

    private static JsonNode json(Answer answer) {
        return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8), FailureCode.INTERNAL);
    }
}
