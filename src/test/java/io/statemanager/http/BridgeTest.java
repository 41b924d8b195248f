package io.statemanager.http;

import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.bus.Bus;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.Commands;
import io.statemanager.bus.Events;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.runtime.Endpoint;
import io.statemanager.support.BridgeFrames;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class BridgeTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path directory;

    private final AtomicInteger inside = new AtomicInteger();
    private volatile String conflict;
    private Path socket;
    private int port;
    private Bus bus;
    private Events events;

    @BeforeEach
    void start() throws IOException {
        socket = directory.resolve("bus.sock");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        bus = new Bus(fixture.vertx());
        events = new Events(fixture.vertx());
        await(bus.handle(
                ProcessCommands.LIST, request -> Future.succeededFuture(new ProcessCommands.Processes(List.of()))));
        await(bus.handle(ProcessCommands.KILL_ALL, request -> {
            inside.incrementAndGet();
            return Future.succeededFuture(Nothing.NOTHING);
        }));
        await(fixture.vertx()
                .deployVerticle(new BridgeVerticle(
                        new BridgeSettings(socket, Optional.of(new Endpoint.Tcp("127.0.0.1", port))),
                        Token.of("s3cret"),
                        () -> Optional.ofNullable(conflict))));
    }

    @Test
    void aRequestIsAnsweredByAnEnvelope() throws IOException {
        try (BridgeFrames bridge = unix()) {
            JsonObject answer = bridge.ask("process.list", null);
            assertThat(answer.getString("type")).isEqualTo("message");
            assertThat(answer.getString("address")).isEqualTo("me");
            assertThat(answer.getJsonObject("body"))
                    .isEqualTo(new JsonObject("{\"ok\":true,\"result\":{\"processes\":[]}}"));
            assertThat(bridge.ask("process.list", new JsonObject().put("colour", 1))
                            .getJsonObject("body")
                            .getJsonObject("error")
                            .getString("detail"))
                    .isEqualTo("colour: unknown member");
        }
    }

    @Test
    void onlyPublicCommandsGoInAndOnlyEventsComeOut() throws IOException {
        try (BridgeFrames bridge = unix()) {
            for (String address : List.of("process.kill-all", "event.process", "__vertx.reply.1", "progress.x")) {
                assertThat(bridge.ask(address, new JsonObject()).getString("message"))
                        .as(address)
                        .isEqualTo("access_denied");
            }
            for (String address : List.of("process.list", "process.kill-all", "event", "event.", "event.process.x")) {
                bridge.send(new JsonObject().put("type", "register").put("address", address));
                assertThat(bridge.read().getString("message")).as(address).isEqualTo("access_denied");
            }
            bridge.send(new JsonObject().put("type", "publish").put("address", "process.list"));
            assertThat(bridge.read().getString("message")).isEqualTo("invalid_request");
        }
        assertThat(inside).hasValue(0);
    }

    @Test
    void eventsArriveOnceRegistered() throws IOException {
        try (BridgeFrames bridge = unix()) {
            bridge.send(new JsonObject().put("type", "register").put("address", "event.lease"));
            bridge.send(new JsonObject().put("type", "ping"));
            assertThat(bridge.read().getString("type")).isEqualTo("pong");

            events.publish("process", "process.exited", event -> {});
            events.publish("lease", "lease.lost", event -> event.put("owner", "m2"));

            JsonObject message = bridge.read();
            assertThat(message.getString("address")).isEqualTo("event.lease");
            assertThat(message.getJsonObject("body").getString("owner")).isEqualTo("m2");
        }
    }

    @Test
    void aLongCommandIsWaitedForAndHeadersDoNotSteerTheBus() throws IOException {
        JsonObject[] headers = new JsonObject[1];
        await(fixture.vertx()
                .eventBus()
                .localConsumer(CheckpointCommands.CREATE.address(), message -> {
                    headers[0] = new JsonObject();
                    message.headers().forEach(header -> headers[0].put(header.getKey(), header.getValue()));
                    message.reply(new JsonObject());
                })
                .completion());
        try (BridgeFrames bridge = unix()) {
            bridge.send(new JsonObject()
                    .put("type", "send")
                    .put("address", "checkpoint.create")
                    .put("replyAddress", "me")
                    .put(
                            "headers",
                            new JsonObject()
                                    .put("progress", "process.kill-all")
                                    .put("codecName", "no-such-codec")
                                    .put("timeout", 1)));
            assertThat(bridge.read().getString("type")).isEqualTo("message");
        }
        assertThat(headers[0]).isEqualTo(new JsonObject());
    }

    @Test
    void overTcpEveryFrameNeedsTheToken() throws IOException {
        try (BridgeFrames bridge = tcp()) {
            JsonObject request = new JsonObject()
                    .put("type", "send")
                    .put("address", "process.list")
                    .put("replyAddress", "me");
            bridge.send(request);
            assertThat(bridge.read()
                            .getJsonObject("body")
                            .getJsonObject("error")
                            .getString("code"))
                    .isEqualTo("unauthorized");
            bridge.send(new JsonObject().put("type", "register").put("address", "event.lease"));
            assertThat(bridge.read().getString("message")).isEqualTo("unauthorized");
            bridge.send(request.copy().put("headers", new JsonObject().put("Authorization", "Bearer s3cret")));
            assertThat(bridge.read().getJsonObject("body").getBoolean("ok")).isTrue();
        }
    }

    @Test
    void aConflictIsTheAnswerToEveryCommand() throws IOException {
        conflict = "configuration conflict: both";
        try (BridgeFrames bridge = unix()) {
            JsonObject error =
                    bridge.ask("process.list", null).getJsonObject("body").getJsonObject("error");
            assertThat(error.getInteger("status")).isEqualTo(500);
            assertThat(error.getString("error")).isEqualTo(conflict);
        }
    }

    @Test
    void aFrameThatIsTooLongOrNoJsonEndsItsConnectionOnly() throws IOException {
        for (byte[] bytes : List.of(
                new byte[] {0x7f, -1, -1, -1, '{'},
                new byte[] {-1, -1, -1, -1, '{'},
                new byte[] {0, 0, 0, 2, '{', '['},
                new byte[] {0, 0, 0, 2, '[', ']'},
                new byte[] {0, 0, 0, 0})) {
            try (BridgeFrames bridge = unix()) {
                bridge.out().write(bytes);
                bridge.out().flush();
                assertThat(bridge.in().read()).isEqualTo(-1);
            }
        }
        try (BridgeFrames bridge = unix()) {
            assertThat(bridge.ask("process.list", null).getString("type")).isEqualTo("message");
        }
    }

    @Test
    void aFrameMayArriveByteByByteAndTwoAtOnce() throws IOException {
        try (BridgeFrames bridge = unix()) {
            byte[] ping = BridgeFrames.encode(new JsonObject().put("type", "ping"));
            for (byte one : ping) {
                bridge.out().write(one);
                bridge.out().flush();
            }
            assertThat(bridge.read().getString("type")).isEqualTo("pong");
            bridge.out().write(ping);
            bridge.out().write(ping);
            bridge.out().flush();
            assertThat(bridge.read().getString("type")).isEqualTo("pong");
            assertThat(bridge.read().getString("type")).isEqualTo("pong");
        }
    }

    @Test
    void aReaderThatTakesNothingIsCutOff() throws IOException {
        try (BridgeFrames bridge = unix()) {
            bridge.send(new JsonObject().put("type", "register").put("address", "event.process"));
            bridge.send(new JsonObject().put("type", "ping"));
            assertThat(bridge.read().getString("type")).isEqualTo("pong");
            String text = "x".repeat(100_000);
            int published = 400;

            for (int i = 0; i < published; i++) {
                events.publish("process", "process.noise", event -> event.put("text", text));
            }

            // Nothing is read meanwhile; then the connection's end comes long before the last event.
            assertThat(bridge.in().transferTo(OutputStream.nullOutputStream())).isLessThan(published * 100_000L / 2);
        }
    }

    @Test
    void theSocketIsForItsOwnerAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
    }

    @Test
    void everyPublicCommandIsPermitted() throws IOException {
        try (BridgeFrames bridge = unix()) {
            for (var command : Commands.PUBLIC) {
                JsonObject answer = bridge.ask(command.address(), new JsonObject());
                assertThat(answer.getString("message", ""))
                        .as(command.address())
                        .isNotEqualTo("access_denied");
            }
        }
    }

    private BridgeFrames unix() {
        return BridgeFrames.unix(socket);
    }

    private BridgeFrames tcp() {
        return BridgeFrames.tcp(port);
    }
}
