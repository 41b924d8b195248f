package io.statemanager.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.runtime.Endpoint;
import io.statemanager.support.RawHttp;
import io.statemanager.support.RawHttp.Answer;
import io.statemanager.support.VertxFixture;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client gets where the application cannot answer. */
class RefusalTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    private static void ok(HttpServerRequest request) {
        request.response().end("ok");
    }

    @Test
    void anApplicationThatIsDownIsUnavailableWithAReasonAndATimeToTryAgain() {
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(RefusalTest::ok);
        proxy.availability = Availability.down("app is stopped");

        Answer answer = RawHttp.once(proxy.port(), "POST", "/", "body");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).isEqualTo("1");
        assertThat(answer.header("x-state-manager-reason")).isEqualTo("application_unavailable");
        assertThat(new JsonObject(answer.body()).getString("detail")).isEqualTo("app is stopped");
    }

    @Test
    void aBrowserGetsAPage() {
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(RefusalTest::ok);
        proxy.availability = Availability.down("app <stopped>");

        Answer answer = RawHttp.once(proxy.port(), "GET", "/", null, "Accept: text/html,*/*");

        assertThat(answer.header("content-type")).startsWith("text/html");
        assertThat(answer.body()).contains("app &lt;stopped&gt;");
    }

    @Test
    void withoutTheLeaseNothingIsServed() {
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(RefusalTest::ok);
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            assertThat(http.ask("GET", "/", null).status()).isEqualTo(200);
            proxy.mayServe = false;
            assertThat(http.ask("GET", "/", null).status()).isEqualTo(503);
            proxy.mayServe = true;
            assertThat(http.ask("GET", "/", null).status()).isEqualTo(200);
        }
    }

    @Test
    void whatCannotBeConnectedToIsABadGateway() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        for (Endpoint target : new Endpoint[] {
            new Endpoint.Tcp("127.0.0.1", port), new Endpoint.Unix(Path.of("/tmp/there-is-no-such.sock"))
        }) {
            ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(target);
            Answer answer = RawHttp.once(proxy.port(), "GET", "/", null);
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).contains("application_failed").doesNotContain(Integer.toString(port), "no-such");
        }
    }

    @Test
    void anApplicationThatTakesTooLongIsAGatewayTimeout() {
        List<HttpServerRequest> never = new CopyOnWriteArrayList<>();
        ProxyFixture slow = new ProxyFixture(fixture.vertx()).before(never::add);
        // The same application again, with a limit.
        ProxyFixture proxy = new ProxyFixture(fixture.vertx())
                .before(
                        new Endpoint.Tcp("127.0.0.1", slow.port()),
                        ProxyOptions.defaults().withResponseTimeout(Duration.ofMillis(300)));

        Answer answer = RawHttp.once(proxy.port(), "POST", "/", "body");

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.body()).contains("application_timeout");
    }

    @Test
    void aRequestWaitsForAnApplicationThatWillBeUp() {
        ProxyFixture proxy = new ProxyFixture(fixture.vertx())
                .before(request ->
                        request.body().onSuccess(body -> request.response().end("got " + body)));
        proxy.availability = Availability.soon("app is frozen for a checkpoint");
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
            awaitHeld(proxy, 1);

            proxy.availability = Availability.up();

            assertThat(http.answer().body()).isEqualTo("got body");
            awaitHeld(proxy, 0);
        }
    }

    @Test
    void onlySoManyWaitAndOnlySoLong() {
        ProxyFixture up = new ProxyFixture(fixture.vertx()).before(RefusalTest::ok);
        ProxyFixture proxy = new ProxyFixture(fixture.vertx());
        proxy.availability = Availability.soon("app starts");
        proxy.before(
                new Endpoint.Tcp("127.0.0.1", up.port()),
                ProxyOptions.defaults().withHold(Duration.ofMillis(1500), 3));
        List<RawHttp> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(RawHttp.tcp(proxy.port()).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
        awaitHeld(proxy, 3);

        Answer tooMany = RawHttp.once(proxy.port(), "GET", "/", null);

        assertThat(tooMany.status()).isEqualTo(503);
        waiting.forEach(http -> {
            Answer answer = http.answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).contains("app starts");
            http.close();
        });
    }

    @Test
    void whoLeavesWhileWaitingIsForgotten() {
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(RefusalTest::ok);
        proxy.availability = Availability.soon("app starts");
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            awaitHeld(proxy, 1);
        }

        awaitHeld(proxy, 0);
    }

    @Test
    void aRefusedConnectionWaitsWhereTheApplicationIsOnItsWayBack() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        ProxyFixture proxy = new ProxyFixture(fixture.vertx());
        proxy.before(new Endpoint.Tcp("127.0.0.1", port));
        boolean[] asked = new boolean[1];
        proxy.availability = Availability.up();
        try (RawHttp http = RawHttp.tcp(proxy.port());
                ServerSocket late = new ServerSocket()) {
            proxy.onAvailability = () -> {
                // Up when the request comes, found to be restarting when its connection is refused.
                boolean first = !asked[0];
                asked[0] = true;
                return first ? Availability.up() : proxy.availability;
            };
            proxy.availability = Availability.soon("app restarts");
            http.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            awaitHeld(proxy, 1);
            late.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            proxy.availability = Availability.up();
            try (Socket application = late.accept()) {
                application
                        .getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
                assertThat(http.answer().body()).isEqualTo("ok");
            }
        }
    }

    private static void awaitHeld(ProxyFixture proxy, int count) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> proxy.gauge("state_manager_proxy_requests_held") == count);
    }
}
