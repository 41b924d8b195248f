package io.statemanager.http;

import static io.statemanager.http.ControlFixture.BEARER;
import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Events;
import io.statemanager.runtime.Endpoint;
import io.statemanager.support.RawHttp;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections on which nothing is asked end; the others stay. The end of a silent one is the clock of these tests. */
class ConnectionWatchTest {
    private static final long QUIET_MS = 300;
    private static final String HEAD = "GET / HTTP/1.1\r\nHost: a\r\n";

    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    private int open(Handler<HttpServerRequest> handler) {
        return await(new Listeners(fixture.vertx(), QUIET_MS).open(new Endpoint.Tcp("127.0.0.1", 0), handler))
                .actualPort();
    }

    @Test
    void aConnectionThatSaysNothingEnds() {
        try (RawHttp http = RawHttp.tcp(open(request -> request.response().end()))) {
            assertThat(http.rest()).isEmpty();
        }
    }

    /** A Vert.x numbers its timers from 0, and the first one may be the time limit of a reply, which would be lost with it. */
    @Test
    void aConnectionLeavesTheTimersOfOthersAlone() {
        long first = fixture.vertx().setTimer(3_600_000, id -> {});
        try (RawHttp http = RawHttp.tcp(open(request -> request.response().end()))) {
            assertThat(http.send(HEAD + "\r\n").rest()).startsWith("HTTP/1.1 200");
        }
        assertThat(first).isZero();
        assertThat(fixture.vertx().cancelTimer(first)).isTrue();
    }

    @Test
    void aHeadThatDoesNotEndEnds() {
        try (RawHttp http = RawHttp.tcp(open(request -> request.response().end()))) {
            assertThat(http.send(HEAD + "X-Slow: ").rest()).isEmpty();
        }
    }

    @Test
    void anUpgradeThatIsHalfAskedForEnds() {
        try (RawHttp http = RawHttp.tcp(open(request -> request.response().end()))) {
            assertThat(http.send(HEAD + "Upgrade: h2c\r\n\r\n").rest()).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void aKeptConnectionEndsAfterItsLastAnswerOfTheControlInterfaceToo() {
        ControlParts parts = new ControlParts(
                new Bus(fixture.vertx()),
                new Events(fixture.vertx()),
                Token.of(ControlFixture.TOKEN),
                new Metrics(),
                Optional::empty);
        int port = open(ControlRouter.create(fixture.vertx(), parts, new EventStreams(parts.events()), false));
        try (RawHttp http = RawHttp.tcp(port)) {
            assertThat(http.ask("GET", "/openapi.json", null, BEARER).status()).isEqualTo(200);
            assertThat(http.ask("GET", "/healthz", null).status()).isEqualTo(200);
            assertThat(http.rest()).isEmpty();
        }
    }

    @Test
    void aLongAnswerAndAnUpgradedConnectionStay() {
        CompletableFuture<HttpServerRequest> slow = new CompletableFuture<>();
        int port = open(request -> {
            if (request.headers().contains("upgrade")) {
                request.toNetSocket().onSuccess(socket -> socket.pipeTo(socket));
            } else {
                slow.complete(request);
            }
        });
        try (RawHttp waiting = RawHttp.tcp(port);
                RawHttp upgraded = RawHttp.tcp(port);
                RawHttp clock = RawHttp.tcp(port)) {
            waiting.send(HEAD + "\r\n");
            upgraded.send(HEAD + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(upgraded.answer().status()).isEqualTo(101);

            assertThat(clock.rest()).isEmpty();
            try (RawHttp again = RawHttp.tcp(port)) {
                assertThat(again.rest()).isEmpty();
            }

            upgraded.send("still here\n");
            assertThat(upgraded.line()).isEqualTo("still here");
            slow.join().response().end("late");
            assertThat(waiting.answer().body()).isEqualTo("late");
        }
    }
}
