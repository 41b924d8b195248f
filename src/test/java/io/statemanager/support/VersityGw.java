package io.statemanager.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The S3 server versitygw on a directory, as a process of its own; the keys and the bucket are those of {@link S3Server}. */
public final class VersityGw implements AutoCloseable {
    private final Process process;
    private final int port;

    private VersityGw(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it on an empty directory, or ends the test where versitygw is missing. */
    public static VersityGw start(Path directory) throws IOException {
        Path program = Judges.require(Judges.versitygw(), "versitygw");
        Files.createDirectories(directory.resolve(S3Server.BUCKET));
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(),
                        "--port",
                        "127.0.0.1:" + port,
                        "--access",
                        S3Server.ACCESS_KEY,
                        "--secret",
                        S3Server.SECRET_KEY,
                        "--keep-alive",
                        "--quiet",
                        "posix",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolveSibling("versitygw.log").toFile());
        VersityGw server = new VersityGw(builder.start(), port);
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(server::answers);
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
