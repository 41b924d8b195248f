package io.statemanager.proxy;

import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.RawHttp;
import io.statemanager.support.RawHttp.Answer;
import io.statemanager.support.VertxFixture;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UpgradeRelayTest {
    private static final String UPGRADE = String.join(
            "\r\n",
            "GET /chat HTTP/1.1",
            "Host: app.example",
            "Connection: keep-alive, Upgrade",
            "Upgrade: WebSocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "");

    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    private final List<MultiMap> seen = new CopyOnWriteArrayList<>();

    private void echo(HttpServerRequest request) {
        if (!request.headers().contains("upgrade")) {
            request.response().end("plain");
            return;
        }
        seen.add(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
        request.toWebSocket().onSuccess(socket -> socket.pipeTo(socket));
    }

    @Test
    void manyWebSocketsLeaveRoomForRequestsAndEchoWhatTheyGet() throws Exception {
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(this::echo);
        WebSocketClient client = fixture.vertx()
                .createWebSocketClient(new WebSocketClientOptions()
                        .setMaxConnections(50)
                        .setMaxMessageSize(1 << 20)
                        .setMaxFrameSize(1 << 20));
        List<WebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sockets.add(await(client.connect(new WebSocketConnectOptions()
                    .setHost("127.0.0.1")
                    .setPort(proxy.port())
                    .setURI("/chat")
                    .addHeader("Authorization", ProxyFixture.TOKEN))));
        }

        for (int i = 0; i < 20; i++) {
            assertThat(RawHttp.once(proxy.port(), "GET", "/", null).body()).isEqualTo("plain");
        }
        for (WebSocket socket : sockets) {
            CompletableFuture<Buffer> back = new CompletableFuture<>();
            socket.binaryMessageHandler(back::complete);
            Buffer message = Buffer.buffer(new byte[500_000]).setByte(499_999, (byte) 7);
            socket.writeBinaryMessage(message);
            assertThat(back.get(30, TimeUnit.SECONDS)).isEqualTo(message);
        }
        assertThat(seen).hasSize(20).allSatisfy(headers -> {
            assertThat(headers.contains("authorization")).isFalse();
            assertThat(headers.get("x-forwarded-for")).isEqualTo("127.0.0.1");
        });
    }

    @Test
    void theEndOfOneSideIsTheEndOfTheOther() throws Exception {
        CompletableFuture<ServerWebSocket> accepted = new CompletableFuture<>();
        ProxyFixture proxy = new ProxyFixture(fixture.vertx())
                .before(request -> request.toWebSocket().onSuccess(accepted::complete));
        WebSocketClient client = fixture.vertx().createWebSocketClient();

        WebSocket socket = await(client.connect(proxy.port(), "127.0.0.1", "/"));
        CompletableFuture<Short> closed = new CompletableFuture<>();
        socket.closeHandler(end -> closed.complete(socket.closeStatusCode()));
        accepted.get(30, TimeUnit.SECONDS).close((short) 1012, "restart");

        assertThat(closed.get(30, TimeUnit.SECONDS)).isEqualTo((short) 1012);
    }

    @Test
    void aClientThatVanishesTakesTheApplicationsConnectionWithIt() throws Exception {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        ProxyFixture proxy = new ProxyFixture(fixture.vertx())
                .before(request ->
                        request.toWebSocket().onSuccess(socket -> socket.closeHandler(closed -> gone.complete(null))));
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send(UPGRADE + "\r\n");
            Answer answer = http.answer();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.header("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        }

        gone.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aRefusedHandshakeComesBackWhole() {
        ProxyFixture proxy = new ProxyFixture(fixture.vertx())
                .before(request -> request.response()
                        .setStatusCode(401)
                        .putHeader("WWW-Authenticate", "Basic realm=\"chat\"")
                        .end("who are you?"));
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            Answer answer = http.send(UPGRADE + "\r\n").answer();

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("www-authenticate")).isEqualTo("Basic realm=\"chat\"");
            assertThat(answer.body()).isEqualTo("who are you?");
        }
    }

    @Test
    void anotherProtocolIsNotUpgradedTo() {
        List<String> upgrades = new CopyOnWriteArrayList<>();
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(request -> {
            upgrades.add(String.valueOf(request.getHeader("upgrade")));
            request.response().end("ok");
        });
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: irc/6.9\r\n\r\n");
            assertThat(http.answer().status()).isEqualTo(200);
        }
        assertThat(upgrades).containsExactly("null");
    }

    @Test
    void aReaderThatTakesNothingStopsTheSenderAndNobodyElse() throws Exception {
        AtomicLong written = new AtomicLong();
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(request -> {
            if (request.headers().contains("upgrade")) {
                request.response().putHeader("Upgrade", "websocket").putHeader("Connection", "Upgrade");
                request.toNetSocket().onSuccess(socket -> flood(socket, written));
            } else {
                request.response().end("plain");
            }
        });
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send(UPGRADE + "\r\n");
            assertThat(http.answer().status()).isEqualTo(101);

            long[] before = {-1};
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        boolean same = written.get() == before[0];
                        before[0] = written.get();
                        return same && before[0] > 0;
                    });

            assertThat(written.get()).isLessThan(24 << 20);
            assertThat(RawHttp.once(proxy.port(), "GET", "/", null).body()).isEqualTo("plain");
        }
    }

    private static void flood(NetSocket socket, AtomicLong written) {
        Buffer chunk = Buffer.buffer(new byte[64 << 10]);
        while (!socket.writeQueueFull() && written.get() < 200L << 20) {
            socket.write(chunk);
            written.addAndGet(chunk.length());
        }
        socket.drainHandler(drained -> flood(socket, written));
    }
}
