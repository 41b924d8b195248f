package io.statemanager.http;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/**
 * Reads a small body whole, whatever its content type says (a plain {@code curl -d} calls JSON a form), within a size and a time. Confined to
 * the server's context; one object serves one request.
 */
final class BodyReader {
    static final int LIMIT = 1 << 20;
    static final long TIME_LIMIT_MS = 30_000;

    private static final String KEY = "body";

    private final RoutingContext context;
    private final Buffer body = Buffer.buffer();
    private final long timer;
    private boolean over;

    private BodyReader(RoutingContext context) {
        this.context = context;
        this.timer = context.vertx().setTimer(TIME_LIMIT_MS, id -> late());
    }

    /** Reads the body, then goes on; {@link #of} gives it. */
    static void read(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (tooLong(request.getHeader(HttpHeaders.CONTENT_LENGTH))) {
            context.fail(tooLarge());
            return;
        }
        if (request.version() == HttpVersion.HTTP_1_1
                && "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        BodyReader reader = new BodyReader(context);
        request.handler(reader::chunk);
        request.exceptionHandler(cut -> reader.end());
        request.endHandler(end -> reader.whole());
    }

    static Buffer of(RoutingContext context) {
        return context.get(KEY);
    }

    private static boolean tooLong(String contentLength) {
        return contentLength != null && (contentLength.length() > 9 || Long.parseLong(contentLength) > LIMIT);
    }

    private static CommandException tooLarge() {
        return CommandException.of(FailureCode.PAYLOAD_TOO_LARGE, "the body is larger than " + LIMIT + " bytes");
    }

    private void chunk(Buffer chunk) {
        if (over) {
            return;
        }
        if (body.length() + chunk.length() > LIMIT) {
            end();
            context.fail(tooLarge());
        } else {
            body.appendBuffer(chunk);
        }
    }

    private void whole() {
        if (!over) {
            end();
            context.put(KEY, body);
            context.next();
        }
    }

    private void late() {
        if (!over) {
            over = true;
            context.fail(CommandException.of(
                    FailureCode.INVALID_REQUEST, "the body did not arrive within " + TIME_LIMIT_MS / 1000 + " s"));
        }
    }

    private void end() {
        over = true;
        context.vertx().cancelTimer(timer);
    }
}
