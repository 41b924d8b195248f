package io.statemanager.support;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * HTTP/1.1 by hand over a real socket, so that a test decides about every byte that is sent. One object is one connection, with a read limit
 * of half a minute on TCP and of two minutes for the whole of a unix connection.
 */
public final class RawHttp implements AutoCloseable {
    private static final int LIMIT_MS = 30_000;
    private static final int UNIX_LIMIT_MS = 120_000;

    /** Closes unix sockets at their limit, since a blocking channel has none of its own. */
    private static final ScheduledThreadPoolExecutor WATCHDOG = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "raw-http-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    private final AutoCloseable socket;
    private final InputStream in;
    private final OutputStream out;

    private RawHttp(AutoCloseable socket, InputStream in, OutputStream out) {
        this.socket = socket;
        this.in = in;
        this.out = out;
    }

    /** An answer; header names in lower case, repeated ones joined by a line feed. */
    public record Answer(int status, Map<String, String> headers, String body) {
        public String header(String name) {
            return headers.get(name);
        }
    }

    public static RawHttp tcp(int port) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(LIMIT_MS);
            return new RawHttp(socket, socket.getInputStream(), socket.getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static RawHttp unix(Path path) {
        try {
            SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
            ScheduledFuture<?> limit = WATCHDOG.schedule(() -> close(channel), UNIX_LIMIT_MS, TimeUnit.MILLISECONDS);
            AutoCloseable both = () -> {
                limit.cancel(false);
                channel.close();
            };
            return new RawHttp(both, Channels.newInputStream(channel), Channels.newOutputStream(channel));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One request on a connection of its own. */
    public static Answer once(int port, String method, String path, String body, String... headers) {
        try (RawHttp http = tcp(port)) {
            return http.ask(method, path, body, headers);
        }
    }

    public Answer ask(String method, String path, String body, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        boolean host = false;
        for (String header : headers) {
            head.append(header).append("\r\n");
            host |= header.toLowerCase(Locale.ROOT).startsWith("host:");
        }
        if (!host) {
            head.append("Host: localhost\r\n");
        }
        if (body != null) {
            head.append("Content-Length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n");
        }
        send(head + "\r\n" + (body == null ? "" : body));
        return answer(method.equals("HEAD"));
    }

    public RawHttp send(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public OutputStream out() {
        return out;
    }

    public InputStream in() {
        return in;
    }

    public Answer answer() {
        return answer(false);
    }

    /** Reads one answer; one to a HEAD request has no body whatever its headers say. */
    public Answer answer(boolean head) {
        try {
            String status = line();
            int code = Integer.parseInt(status.split(" ", -1)[1]);
            Map<String, String> headers = new TreeMap<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                headers.merge(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip(),
                        (a, b) -> a + "\n" + b);
            }
            boolean none = head || code == 204 || code == 304 || code / 100 == 1;
            return new Answer(code, headers, none ? "" : body(headers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line without its end. */
    public String line() {
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new EOFException("the connection was closed after: " + line.toString(StandardCharsets.UTF_8));
                }
                line.write(b);
            }
            return line.toString(StandardCharsets.UTF_8).replace("\r", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything until the other side closes. */
    public String rest() {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of one chunk of a chunked body; none at its end. */
    public List<String> chunk() {
        try {
            int size = Integer.parseInt(line().split(";", -1)[0].strip(), 16);
            String text = new String(in.readNBytes(size), StandardCharsets.UTF_8);
            line();
            return size == 0 ? List.of() : new ArrayList<>(List.of(text.split("\n", -1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String body(Map<String, String> headers) throws IOException {
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int size = size(); size > 0; size = size()) {
                body.write(in.readNBytes(size));
                line();
            }
            for (String trailer = line(); !trailer.isEmpty(); trailer = line()) {
                int colon = trailer.indexOf(':');
                headers.put(
                        "trailer " + trailer.substring(0, colon).toLowerCase(Locale.ROOT),
                        trailer.substring(colon + 1).strip());
            }
            return body.toString(StandardCharsets.UTF_8);
        }
        String length = headers.get("content-length");
        byte[] bytes = length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private int size() {
        return Integer.parseInt(line().split(";", -1)[0].strip(), 16);
    }

    @Override
    public void close() {
        close(socket);
    }

    private static void close(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
