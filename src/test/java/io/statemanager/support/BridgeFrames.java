package io.statemanager.support;

import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The protocol of the event-bus bridge by hand, over a real socket: a length in 4 bytes, then a JSON object. One object is one connection. */
public final class BridgeFrames implements AutoCloseable {
    private static final int LIMIT_MS = 60_000;

    private final AutoCloseable socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    private BridgeFrames(AutoCloseable socket, InputStream in, OutputStream out) {
        this.socket = socket;
        this.in = new DataInputStream(in);
        this.out = new DataOutputStream(out);
    }

    public static BridgeFrames unix(Path path) {
        try {
            SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
            return new BridgeFrames(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static BridgeFrames tcp(int port) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(LIMIT_MS);
            return new BridgeFrames(socket, socket.getInputStream(), socket.getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] encode(JsonObject message) {
        byte[] text = message.encode().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + text.length)
                .putInt(text.length)
                .put(text)
                .array();
    }

    public DataInputStream in() {
        return in;
    }

    public DataOutputStream out() {
        return out;
    }

    public void send(JsonObject message) {
        try {
            out.write(encode(message));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public JsonObject read() {
        try {
            return new JsonObject(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request without headers, and the next frame that comes. */
    public JsonObject ask(String address, JsonObject body) {
        return ask(address, body, new JsonObject());
    }

    public JsonObject ask(String address, JsonObject body, JsonObject headers) {
        send(new JsonObject()
                .put("type", "send")
                .put("address", address)
                .put("replyAddress", "me")
                .put("headers", headers)
                .put("body", body));
        return read();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
