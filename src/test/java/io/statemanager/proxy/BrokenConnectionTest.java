package io.statemanager.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.runtime.Endpoint;
import io.statemanager.support.RawHttp;
import io.statemanager.support.RawHttp.Answer;
import io.statemanager.support.VertxFixture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that the application resets instead of answering. */
class BrokenConnectionTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    /** What is reset: the connections that have answered before, or all. */
    private enum Ending {
        NONE,
        KEPT,
        ALL
    }

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private volatile String before = "";
    private volatile Ending ending = Ending.NONE;
    private volatile CountDownLatch together = new CountDownLatch(0);
    private volatile Runnable onReset = () -> {};
    private ServerSocket application;
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        application = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        inBackground(() -> {
            while (!application.isClosed()) {
                Socket connection = application.accept();
                inBackground(() -> serve(connection));
            }
        });
        proxy = new ProxyFixture(fixture.vertx()).before(new Endpoint.Tcp("127.0.0.1", application.getLocalPort()));
    }

    @AfterEach
    void stop() throws IOException {
        application.close();
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void inBackground(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception closed) {
                // The proxy sees that.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers one request after the other, until it is time to end. */
    private void serve(Socket connection) throws Exception {
        try (connection) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            for (int served = 0; ; served++) {
                String request = in.readLine();
                if (request == null) {
                    return;
                }
                String line = request;
                while (!line.isEmpty()) {
                    line = in.readLine();
                }
                seen.add(request);
                if (ending == Ending.ALL || (ending == Ending.KEPT && served > 0)) {
                    connection.getOutputStream().write(before.getBytes(StandardCharsets.US_ASCII));
                    onReset.run();
                    connection.setSoLinger(before.isEmpty(), 0);
                    return;
                }
                together.countDown();
                together.await();
                connection
                        .getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    /** Has the proxy keep so many connections. */
    private void keep(int connections) {
        together = new CountDownLatch(connections);
        IntStream.range(0, connections)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> ask("GET"), task -> new Thread(task).start()))
                .toList()
                .forEach(asked -> assertThat(asked.join().status()).isEqualTo(200));
        seen.clear();
    }

    private Answer ask(String method) {
        return RawHttp.once(proxy.port(), method, "/", null, "Host: a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "OPTIONS", "DELETE"})
    void whatMeetsADyingConnectionIsAskedAgainOnANewOne(String method) {
        keep(4);
        ending = Ending.KEPT;

        assertThat(ask(method).status()).isEqualTo(200);

        assertThat(seen).containsExactly(method + " / HTTP/1.1", method + " / HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 20", "HTTP/1.1 203 Old\r\nX-Old: 1\r\nTransfer-Encoding: chunked\r\n\r\n"})
    void anAnswerThatBreaksOffBeforeTheClientHasAnyOfItIsNotSeen(String begun) {
        keep(1);
        before = begun;
        ending = Ending.KEPT;

        Answer answer = ask("GET");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok");
        assertThat(answer.headers()).doesNotContainKeys("x-old", "transfer-encoding");
        assertThat(seen).hasSize(2);
    }

    @Test
    void whatMayHaveArrivedAndIsNotToBeDoneTwiceIsNotSentTwice() {
        keep(2);
        ending = Ending.KEPT;

        Answer without = ask("POST");
        Answer withBody = RawHttp.once(proxy.port(), "PUT", "/", "body", "Host: a");

        assertThat(without.status()).isEqualTo(502);
        assertThat(withBody.status()).isEqualTo(502);
        assertThat(seen).containsExactly("POST / HTTP/1.1", "PUT / HTTP/1.1");
    }

    @Test
    void whatMeetsTheApplicationsEndWaitsUntilItIsBack() throws Exception {
        keep(1);
        onReset = () -> proxy.availability = Availability.soon("the application is backoff");
        ending = Ending.ALL;

        CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(() -> ask("GET"));
        Awaitility.await().until(() -> proxy.gauge("state_manager_proxy_requests_held") == 1);
        ending = Ending.NONE;
        proxy.availability = Availability.up();

        assertThat(answer.join().status()).isEqualTo(200);
        assertThat(seen).hasSize(3);
    }

    @Test
    void anEndThatIsNotKnownYetIsWaitedForToo() {
        keep(1);
        CountDownLatch resets = new CountDownLatch(2);
        onReset = () -> {
            resets.countDown();
            ending = resets.getCount() == 0 ? Ending.NONE : Ending.ALL;
        };
        ending = Ending.ALL;

        assertThat(ask("GET").status()).isEqualTo(200);
        assertThat(seen).hasSize(3);
    }

    /** So many requests meet a reset, the ones after them an answer. */
    private void resetTheNext(int requests) {
        CountDownLatch resets = new CountDownLatch(requests);
        onReset = () -> {
            resets.countDown();
            ending = resets.getCount() == 0 ? Ending.NONE : Ending.ALL;
        };
        ending = Ending.ALL;
    }

    @Test
    void twoEndsInARowAreOutlived() {
        keep(1);
        resetTheNext(4);

        assertThat(ask("GET").status()).isEqualTo(200);
        assertThat(seen).hasSize(5);
    }

    @Test
    void nothingOfSeveralAnswersThatBrokeOffIsInTheOneThatIsWhole() throws Exception {
        keep(1);
        before = "HTTP/1.1 203 Old\r\nX-Old: 1\r\nSet-Cookie: a=old\r\nContent-Length: 9\r\n\r\n";
        resetTheNext(4);

        Answer answer = ask("GET");

        assertThat(seen).hasSize(5);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok");
        assertThat(answer.headers()).doesNotContainKeys("x-old", "set-cookie").containsEntry("content-length", "2");
    }

    @Test
    void anApplicationThatEndsByARequestDoesNotGetItForEver() {
        ending = Ending.ALL;

        assertThat(ask("GET").status()).isEqualTo(502);
        assertThat(seen).hasSize(5);
    }
}
