package io.statemanager.proxy;

import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.runtime.Endpoint;
import io.statemanager.support.RawHttp;
import io.statemanager.support.VertxFixture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Bodies flow through; they are never held whole. */
class StreamingTest {
    private static final int CHUNK = 64 << 10;
    private static final int CHUNKS = 1024;
    private static final long WHOLE = (long) CHUNK * CHUNKS;
    /** What sockets, kernel and queues may hold between a sender and a reader that takes nothing. */
    private static final long BETWEEN = 24 << 20;

    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path directory;

    private final byte[] chunk = chunk();

    private static byte[] chunk() {
        byte[] bytes = new byte[CHUNK];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aLargeAnswerWaitsForItsReaderAndArrivesWhole() throws Exception {
        AtomicLong written = new AtomicLong();
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(request -> {
            request.response().setChunked(true);
            write(request, written);
        });
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send("GET / HTTP/1.0\r\n\r\n");
            awaitStandstill(written);
            assertThat(written.get()).isLessThan(BETWEEN);

            while (!http.line().isEmpty()) {
                // The head.
            }
            assertThat(hash(http.in())).isEqualTo(expected());
        }
    }

    private void write(HttpServerRequest request, AtomicLong written) {
        while (written.get() < WHOLE) {
            request.response().write(Buffer.buffer(chunk));
            written.addAndGet(CHUNK);
            if (request.response().writeQueueFull()) {
                request.response().drainHandler(drained -> write(request, written));
                return;
            }
        }
        request.response().end();
    }

    @Test
    void aLargeBodyWaitsForTheApplicationAndArrivesWhole() throws Exception {
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(request -> {
            request.pause();
            arrived.complete(request);
        });
        AtomicLong sent = new AtomicLong();
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + WHOLE + "\r\n\r\n");
            Thread sender = new Thread(() -> send(http.out(), sent));
            sender.start();
            HttpServerRequest request = arrived.get(30, TimeUnit.SECONDS);
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(BETWEEN);

            MessageDigest digest = sha256();
            request.handler(bytes -> digest.update(bytes.getBytes()));
            request.endHandler(end -> request.response().end(HexFormat.of().formatHex(digest.digest())));
            request.resume();

            assertThat(http.answer().body()).isEqualTo(expected());
            sender.join();
        }
    }

    private void send(OutputStream out, AtomicLong sent) {
        try {
            for (int i = 0; i < CHUNKS; i++) {
                out.write(chunk);
                sent.addAndGet(CHUNK);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void awaitStandstill(AtomicLong count) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> count.get() > 0);
        long[] before = {-1};
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    long now = count.get();
                    boolean same = now == before[0];
                    before[0] = now;
                    return same;
                });
    }

    private String expected() {
        MessageDigest digest = sha256();
        for (int i = 0; i < CHUNKS; i++) {
            digest.update(chunk);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String hash(InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] bytes = new byte[CHUNK];
        for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
            digest.update(bytes, 0, n);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void serverSentEventsArriveAsTheyAreSent() throws Exception {
        CompletableFuture<HttpServerRequest> stream = new CompletableFuture<>();
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(request -> {
            request.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
            request.response().write("data: 1\n\n");
            stream.complete(request);
        });
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
            while (!http.line().isEmpty()) {
                // The head.
            }
            assertThat(http.chunk().get(0)).isEqualTo("data: 1");
            stream.get(30, TimeUnit.SECONDS).response().write("data: 2\n\n");
            assertThat(http.chunk().get(0)).isEqualTo("data: 2");
        }
    }

    @Test
    void anApplicationThatBreaksOffInItsAnswerBreaksOffForTheClient() {
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(request -> {
            request.response().setChunked(true);
            request.response()
                    .write("half")
                    .onComplete(written -> request.connection().close());
        });
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

            // No last chunk: nobody takes it for a whole answer.
            assertThat(http.rest()).contains("4\r\nhalf\r\n").doesNotContain("\r\n0\r\n");
        }
    }

    @Test
    void aClientThatBreaksOffInItsBodyBreaksOffForTheApplication() throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(request -> {
            request.handler(bytes -> begun.complete(null));
            request.endHandler(whole -> end.complete("whole"));
            request.exceptionHandler(broken -> end.complete("broken"));
        });
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
            begun.get(30, TimeUnit.SECONDS);
        }

        assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo("broken");
    }

    @Test
    void aClientThatLeavesTakesItsRequestWithIt() throws Exception {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(request -> {
            request.response().closeHandler(closed -> gone.complete(null));
            arrived.complete(null);
        });
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            arrived.get(30, TimeUnit.SECONDS);
        }

        gone.get(30, TimeUnit.SECONDS);
    }

    @Test
    void theApplicationMayListenOnAUnixSocket() {
        Path socket = directory.resolve("app.sock");
        await(fixture.vertx()
                .createHttpServer()
                .requestHandler(request -> request.response().end("host " + request.getHeader("host")))
                .listen(SocketAddress.domainSocketAddress(socket.toString())));
        ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(new Endpoint.Unix(socket));

        assertThat(RawHttp.once(proxy.port(), "GET", "/", null, "Host: app.example")
                        .body())
                .isEqualTo("host app.example");
    }

    @Test
    void anOldServerOfAnotherKindIsServedFrom() throws Exception {
        Files.writeString(directory.resolve("file.txt"), "content of a file\n");
        Process python = new ProcessBuilder(
                        "python3",
                        "-u",
                        "-m",
                        "http.server",
                        "0",
                        "--bind",
                        "127.0.0.1",
                        "--directory",
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        try {
            String line = python.inputReader(StandardCharsets.UTF_8).readLine();
            int port = Integer.parseInt(line.replaceFirst(".* port (\\d+).*", "$1"));
            ProxyFixture proxy = new ProxyFixture(fixture.vertx()).before(new Endpoint.Tcp("127.0.0.1", port));

            assertThat(RawHttp.once(proxy.port(), "GET", "/file.txt", null).body())
                    .isEqualTo("content of a file\n");
            assertThat(RawHttp.once(proxy.port(), "HEAD", "/file.txt", null).header("content-length"))
                    .isEqualTo("18");
            assertThat(RawHttp.once(proxy.port(), "GET", "/none", null).status())
                    .isEqualTo(404);
            assertThat(RawHttp.once(proxy.port(), "POST", "/file.txt", "x").status())
                    .isEqualTo(501);
        } finally {
            python.destroyForcibly().waitFor();
        }
    }
}
