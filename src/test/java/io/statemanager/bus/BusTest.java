package io.statemanager.bus;

import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BusTest {
    record Ask(String name, int count) {}

    record Told(String text) {}

    private static final Command<Ask, Told> ASK =
            Command.internal("test.ask", Ask.class, Told.class, Duration.ofMillis(300), "A command of this test.");

    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    private Bus bus;

    @BeforeEach
    void bus() {
        bus = new Bus(fixture.vertx());
    }

    @Test
    void replyArrivesByReference() {
        Told told = new Told("hello");
        await(bus.handle(ASK, ask -> Future.succeededFuture(told)));

        assertThat(await(bus.request(ASK, new Ask("a", 1)))).isSameAs(told);
    }

    @Test
    void failureArrivesWithEverythingItHolds() {
        CommandException failure = CommandException.of(FailureCode.LEASE_HELD, "held by m2")
                .withHint("wait")
                .retryAfter(Duration.ofSeconds(3));
        await(bus.handle(ASK, ask -> Future.failedFuture(failure)));

        CommandException caught = fails(bus.request(ASK, new Ask("a", 1)));

        assertThat(caught.code()).isEqualTo(FailureCode.LEASE_HELD);
        assertThat(caught.hint()).isEqualTo("wait");
        assertThat(caught.retryAfter()).hasSeconds(3);
    }

    @Test
    void whatAHandlerThrowsIsAnInternalError() {
        await(bus.handle(ASK, ask -> {
            throw new IllegalStateException("broken");
        }));

        assertThat(fails(bus.request(ASK, new Ask("a", 1))).code()).isEqualTo(FailureCode.INTERNAL);
    }

    @Test
    void nobodyListeningIsUnavailable() {
        assertThat(fails(bus.request(ASK, new Ask("a", 1))).code()).isEqualTo(FailureCode.UNAVAILABLE);
    }

    @Test
    void noAnswerIsATimeout() {
        await(bus.handle(ASK, ask -> Future.future(promise -> {})));

        assertThat(fails(bus.request(ASK, new Ask("a", 1))).code()).isEqualTo(FailureCode.TIMEOUT);
    }

    @Test
    void progressReachesTheFollowerInOrder() {
        await(bus.handle(ASK, (ask, call) -> {
            call.info("begin");
            call.progress("files", 1, 2);
            return Future.succeededFuture(new Told("done"));
        }));
        List<String> heard = new ArrayList<>();

        await(bus.follow(ASK, new Ask("a", 1), line -> heard.add(line.type() + " " + line.data())));

        assertThat(heard).containsExactly("info begin", "progress files");
    }

    @Test
    void jsonFromOutsideIsBoundAndAnsweredByAnEnvelope() {
        await(bus.handle(ASK, ask -> Future.succeededFuture(new Told(ask.name() + ask.count()))));

        JsonObject good = outside("{\"name\":\"a\",\"count\":7}");
        JsonObject unknown = outside("{\"name\":\"a\",\"count\":7,\"colour\":1}");
        JsonObject wrong = outside("{\"name\":\"a\",\"count\":\"7\"}");

        assertThat(good).isEqualTo(new JsonObject("{\"ok\":true,\"result\":{\"text\":\"a7\"}}"));
        assertThat(unknown.getBoolean("ok")).isFalse();
        assertThat(unknown.getJsonObject("error").getString("detail")).isEqualTo("colour: unknown member");
        assertThat(wrong.getJsonObject("error").getString("detail")).startsWith("count: ");
        assertThat(wrong.getJsonObject("error").getInteger("status")).isEqualTo(400);
    }

    private JsonObject outside(String body) {
        return (JsonObject) await(fixture.vertx().eventBus().request(ASK.address(), new JsonObject(body)))
                .body();
    }

    private static CommandException fails(Future<?> future) {
        return catchThrowableOfType(CommandException.class, () -> await(future));
    }
}
