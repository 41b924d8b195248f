package io.statemanager.cli;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/1.1 request and its answer over streams: what the JDK's client cannot do over a unix socket, and with a fraction of its classes.
 * Confined to one thread; {@link #close} from another one ends whatever waits.
 */
final class Connection implements Closeable {
    private static final int LONGEST_LINE = 64 << 10;

    private final Closeable socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(Closeable socket, InputStream in, OutputStream out) {
        this.socket = socket;
        this.in = new BufferedInputStream(in);
        this.out = out;
    }

    /**
     * The beginning of an answer.
     *
     * @param headers by lower-case name
     * @param body ends where the answer ends
     */
    record Answer(int status, Map<String, String> headers, InputStream body) {}

    /** Sends a request whose connection ends with it, and reads the answer's head. */
    Answer send(String method, String target, Map<String, String> headers, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Connection: close\r\nContent-Length: ").append(body.length).append("\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.write(body);
        out.flush();
        String status = line();
        String[] parts = status.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("\\d{3}")) {
            throw new IOException("the answer is not HTTP");
        }
        Map<String, String> answered = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                answered.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return new Answer(Integer.parseInt(parts[1]), answered, body(answered));
    }

    private InputStream body(Map<String, String> headers) {
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return new Chunked();
        }
        String length = headers.get("content-length");
        return length == null ? in : new Sized(Long.parseLong(length));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection was closed");
            }
            if (line.length() > LONGEST_LINE) {
                throw new IOException("the answer is not HTTP");
            }
            line.append((char) b);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** A body of a known length. */
    private class Sized extends InputStream {
        long left;

        Sized(long left) {
            this.left = left;
        }

        /** Makes {@link #left} positive, or finds the end. */
        boolean ended() throws IOException {
            return left == 0;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (ended()) {
                return -1;
            }
            int count = in.read(bytes, offset, (int) Math.min(left, length));
            if (count < 0) {
                throw new EOFException("the connection was closed in the middle of an answer");
            }
            left -= count;
            return count;
        }
    }

    /** A body in chunks. */
    private final class Chunked extends Sized {
        private boolean begun;
        private boolean last;

        Chunked() {
            super(0);
        }

        @Override
        boolean ended() throws IOException {
            if (left == 0 && !last) {
                if (begun) {
                    line();
                }
                begun = true;
                left = Long.parseLong(line().split(";", 2)[0].strip(), 16);
                last = left == 0;
            }
            return last;
        }
    }
}
