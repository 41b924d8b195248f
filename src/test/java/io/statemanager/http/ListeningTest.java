package io.statemanager.http;

import static io.statemanager.http.ControlFixture.BEARER;
import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.Events;
import io.statemanager.bus.StatusCommands;
import io.statemanager.runtime.Endpoint;
import io.statemanager.support.RawHttp;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the door listens, and who is let through to what. */
class ListeningTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "fly-app-controller, 401",
        "Fly-App-Controller, 401",
        "fly-app-controller:8080, 401",
        "FLY-APP-CONTROLLER.:80, 401",
        "fly-app-controller., 401",
        "fly-app-controller.example, 299",
        "localhost, 299",
        "10.0.0.1:8080, 299",
        "[::1]:8080, 299",
    })
    void theHostDecidesBetweenControlAndApplication(String host, int status) {
        ControlFixture door =
                start(request -> request.response().setStatusCode(299).end());

        assertThat(RawHttp.once(door.port(), "GET", "/", null, "Host: " + host).status())
                .isEqualTo(status);
        assertThat(RawHttp.once(door.controlPort(), "GET", "/", null, "Host: " + host)
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aRequestWithoutAHostIsTheApplications() {
        ControlFixture door =
                start(request -> request.response().setStatusCode(299).end());

        try (RawHttp http = RawHttp.tcp(door.port())) {
            assertThat(http.send("GET / HTTP/1.0\r\n\r\n").answer().status()).isEqualTo(299);
        }
    }

    @Test
    void healthIsOpenToAllAndSaysMoreToThoseWhoKnowTheToken() {
        ControlFixture door = start(null);
        await(door.bus.handle(
                StatusCommands.READY,
                nothing -> Future.succeededFuture(new StatusCommands.Readiness(false, "waiting", "m2 has the lease"))));

        assertThat(RawHttp.once(door.port(), "GET", "/readyz", null).body())
                .isEqualTo("{\"status\":\"unavailable\"}\n");
        assertThat(RawHttp.once(door.port(), "GET", "/readyz", null, BEARER).body())
                .contains("m2 has the lease");
        try (RawHttp http = RawHttp.unix(door.socket)) {
            assertThat(http.ask("GET", "/readyz", null).body()).contains("m2 has the lease");
            assertThat(http.ask("HEAD", "/healthz", null).status()).isEqualTo(200);
        }
    }

    @Test
    void metricsHaveOurNamesAndNeverAnId() {
        ControlFixture door = start(null);
        door.metrics.bind(
                registry -> registry.counter("state.manager.checkpoints").increment());
        RawHttp.once(door.port(), "GET", "/checkpoints/my-own-id", null, BEARER);

        String measures =
                RawHttp.once(door.port(), "GET", "/metrics", null, BEARER).body();

        assertThat(measures)
                .contains("state_manager_checkpoints_total 1.0")
                .contains("state_manager_commands_seconds_count{code=\"unavailable\",operation=\"checkpoint.get\"} 1")
                .doesNotContain("my-own-id", "{id=", ",id=");
        assertThat(measures.lines().filter(line -> !line.startsWith("#")))
                .allMatch(line -> line.startsWith("state_manager_"));
    }

    @Test
    void theControlSocketIsItsOwnersAndGoneAfterTheEnd() throws IOException {
        ControlFixture door = start(null);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(door.socket)))
                .isEqualTo("rw-------");

        door.stop();

        assertThat(door.socket).doesNotExist();
    }

    @Test
    void aSocketThatACrashLeftIsReplaced() throws IOException {
        Path socket = directory.resolve("control.sock");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();

        ControlFixture door = start(null);

        try (RawHttp http = RawHttp.unix(door.socket)) {
            assertThat(http.ask("GET", "/healthz", null).status()).isEqualTo(200);
        }
    }

    @Test
    void aSocketOnWhichAnotherListensAFileAndAPathTooLongAreErrorsThatSaySo() throws IOException {
        Path taken = directory.resolve("taken.sock");
        Path file = Files.writeString(directory.resolve("file"), "precious");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(taken));

            assertThat(refused(free(), taken).detail()).contains(taken.toString(), "another manager listens");
            assertThat(refused(free(), file).detail()).contains("no socket");
            assertThat(file).hasContent("precious");
            CommandException tooLong =
                    refused(free(), directory.resolve("x".repeat(100)).resolve("control.sock"));
            assertThat(tooLong.detail()).contains("a unix socket's may have 107");
            assertThat(tooLong.hint()).contains("--socket-dir");
        }
    }

    @Test
    void aPortInUseIsAnErrorThatNamesIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Endpoint.Tcp endpoint = new Endpoint.Tcp("127.0.0.1", taken.getLocalPort());

            CommandException failure = refused(endpoint, directory.resolve("control.sock"));

            assertThat(failure.detail())
                    .isEqualTo("cannot listen on " + endpoint + ": the address is in use or not ours");
            assertThat(failure.hint()).contains("--listen");
        }
    }

    private static Endpoint.Tcp free() {
        return new Endpoint.Tcp("127.0.0.1", 0);
    }

    private CommandException refused(Endpoint.Tcp listen, Path socket) {
        HttpVerticle verticle = new HttpVerticle(
                new HttpSettings(listen, Optional.empty(), "control", socket),
                new ControlParts(null, new Events(fixture.vertx()), Token.of("t"), new Metrics(), Optional::empty),
                null);
        return catchThrowableOfType(
                CommandException.class, () -> await(fixture.vertx().deployVerticle(verticle)));
    }

    private ControlFixture start(io.vertx.core.Handler<HttpServerRequest> application) {
        return new ControlFixture(fixture.vertx(), directory).start(application);
    }
}
