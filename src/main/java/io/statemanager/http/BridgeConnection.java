package io.statemanager.http;

import io.statemanager.bus.Command;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.Commands;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.bus.Problem;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One connection of the event-bus bridge, as we bound it: whole frames of at most {@value #LONGEST_FRAME} bytes, each a JSON object of a known
 * type; on the loopback port each with the token. A request gets its command's own time limit, no header of the caller's goes further (some
 * steer the bus), and a reader that takes nothing is cut off. What is refused as a request is answered by the same envelope as a failure.
 * Confined to the bridge's context.
 */
final class BridgeConnection {
    static final int LONGEST_FRAME = 1 << 20;
    private static final int PREFIX = 4;
    private static final int LARGEST_BACKLOG = 4 << 20;
    private static final Map<String, Command<?, ?>> KNOWN =
            Commands.PUBLIC.stream().collect(Collectors.toMap(Command::address, Function.identity()));

    private final NetSocket socket;
    private final Optional<Token> token;
    private final Supplier<Optional<String>> conflict;
    private final Set<String> registered = new HashSet<>();
    private Buffer unread = Buffer.buffer();

    BridgeConnection(NetSocket socket, Optional<Token> token, Supplier<Optional<String>> conflict) {
        this.socket = socket.setWriteQueueMaxSize(LARGEST_BACKLOG);
        this.token = token;
        this.conflict = conflict;
    }

    /** Reads frames from now on and hands on those that are admitted. */
    void deliverTo(Handler<Buffer> bridge) {
        socket.handler(bytes -> {
            unread.appendBuffer(bytes);
            try {
                while (unread.length() >= PREFIX && frame(bridge)) {
                    // One more frame was there.
                }
            } catch (RuntimeException malformed) {
                socket.close();
            }
        });
    }

    /** Writes a frame; false, and the end, for a reader that does not keep up. */
    boolean write(Buffer frame) {
        if (socket.writeQueueFull()) {
            socket.close();
            return false;
        }
        socket.write(frame);
        return true;
    }

    private boolean frame(Handler<Buffer> bridge) {
        int length = unread.getInt(0);
        if (length < 0 || length > LONGEST_FRAME) {
            throw new DecodeException("a frame of " + length + " bytes");
        }
        if (unread.length() < PREFIX + length) {
            return false;
        }
        JsonObject message = new JsonObject(unread.getBuffer(PREFIX, PREFIX + length));
        unread = unread.getBuffer(PREFIX + length, unread.length());
        if (admit(message)) {
            bridge.handle(encode(message));
        }
        return true;
    }

    private boolean admit(JsonObject message) {
        JsonObject headers = message.getJsonObject("headers", new JsonObject());
        message.remove("headers");
        String type = message.getString("type", "");
        if (type.equals("ping")) {
            return true;
        }
        String authorization = headers.getString("Authorization", headers.getString("authorization"));
        if (token.isPresent() && !token.get().isCarriedBy(authorization)) {
            return refuse(
                    message,
                    CommandException.of(
                            FailureCode.UNAUTHORIZED, "the header Authorization: Bearer … is missing or wrong"));
        }
        return switch (type) {
            case "send" -> admitRequest(message);
            case "register" ->
                registered.add(message.getString("address"))
                        || refuse(message, CommandException.of(FailureCode.INVALID_REQUEST, "registered already"));
            case "unregister" ->
                registered.remove(message.getString("address"))
                        || refuse(message, CommandException.of(FailureCode.INVALID_REQUEST, "not registered"));
            default ->
                refuse(
                        message,
                        CommandException.of(
                                FailureCode.INVALID_REQUEST, "type: send, register, unregister or ping is expected"));
        };
    }

    private boolean admitRequest(JsonObject message) {
        Command<?, ?> command = KNOWN.get(message.getString("address"));
        if (command == null) {
            // The bridge itself denies what is not permitted, and says so.
            return true;
        }
        Optional<String> sentence = conflict.get();
        if (sentence.isPresent()) {
            return refuse(message, CommandException.of(FailureCode.CONFIGURATION_CONFLICT, sentence.get()));
        }
        if (message.getValue("body") == null) {
            message.put("body", new JsonObject());
        } else if (!(message.getValue("body") instanceof JsonObject)) {
            return refuse(message, CommandException.of(FailureCode.INVALID_REQUEST, "body: a JSON object is expected"));
        }
        message.put("headers", new JsonObject().put("timeout", command.timeout().toMillis()));
        return true;
    }

    private boolean refuse(JsonObject message, CommandException failure) {
        JsonObject problem = new JsonObject(Json.text(Problem.of(failure)));
        String replyAddress = message.getString("replyAddress");
        JsonObject answer = replyAddress == null
                ? new JsonObject()
                        .put("type", "err")
                        .put("message", failure.code().text())
                : new JsonObject().put("type", "message").put("address", replyAddress);
        answer.put("body", new JsonObject().put("ok", false).put("error", problem));
        write(encode(answer));
        return false;
    }

    private static Buffer encode(JsonObject message) {
        Buffer text = message.toBuffer();
        return Buffer.buffer(PREFIX + text.length()).appendInt(text.length()).appendBuffer(text);
    }
}
