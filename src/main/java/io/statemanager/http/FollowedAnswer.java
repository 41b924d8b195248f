package io.statemanager.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.Json;
import io.statemanager.bus.Problem;
import io.statemanager.bus.Progress;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A long operation's answer as lines of JSON: {@code info} and {@code progress} as they come, then {@code complete} with the plain answer or
 * {@code error} with the problem. An operation that fails before its first line keeps its true status. Who reads slowly misses lines of
 * progress, never the last one; who goes away does not stop the operation. Confined to the server's context.
 */
final class FollowedAnswer {
    static final String CONTENT_TYPE = "application/x-ndjson";

    private static final int LONGEST_QUEUE = 256;

    private final RoutingContext context;
    private final HttpServerResponse response;
    private final Deque<Object> waiting = new ArrayDeque<>();

    FollowedAnswer(RoutingContext context) {
        this.context = context;
        this.response = context.response();
    }

    void progress(Progress line) {
        if (gone()) {
            return;
        }
        begin(200);
        if (waiting.size() >= LONGEST_QUEUE) {
            waiting.removeFirst();
        }
        waiting.addLast(line);
        flush();
    }

    void complete(Object reply) {
        last(200, "complete", reply);
    }

    void fail(Throwable cause) {
        CommandException failure = ProblemAnswer.tellable(context, cause);
        if (!response.headWritten() && failure.retryAfter() != null) {
            long seconds = Math.max(1, failure.retryAfter().toSeconds());
            response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        }
        last(failure.code().status(), "error", Problem.of(failure));
    }

    private void last(int status, String type, Object data) {
        if (gone()) {
            return;
        }
        begin(status);
        ObjectNode line = Json.object();
        line.put("type", type);
        line.put("time", Instant.now().toString());
        line.set("data", Json.tree(data));
        waiting.forEach(this::write);
        waiting.clear();
        write(line);
        response.end();
    }

    private boolean gone() {
        return response.closed() || response.ended();
    }

    private void begin(int status) {
        if (!response.headWritten() && !response.isChunked()) {
            response.setStatusCode(status)
                    .setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE)
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .drainHandler(drained -> flush());
        }
    }

    private void flush() {
        while (!waiting.isEmpty() && !gone() && !response.writeQueueFull()) {
            write(waiting.removeFirst());
        }
    }

    private void write(Object line) {
        response.write(Json.text(line) + "\n");
    }
}
