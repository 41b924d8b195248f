package io.statemanager.http;

import io.statemanager.bus.Events;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One stream of server-sent events. A message on the bus is only the bell: what is written is always read from the kept events after the last
 * one written, so order and completeness do not depend on who published on which thread, and nothing is queued here. A reader that takes
 * nothing for two heartbeats is cut off; it comes back with its last id, and is told what is not kept any more. Confined to the server's context.
 */
final class EventStream {
    static final long NONE = -1;
    static final long HEARTBEAT_MS = 15_000;

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Events events;
    private final Set<String> topics;
    private final List<MessageConsumer<JsonObject>> bells = new ArrayList<>();
    private final Promise<Void> closed = Promise.promise();
    private long last;
    private long heartbeat = NONE;
    private int silentBeats;

    EventStream(RoutingContext context, Events events, Set<String> topics, long after) {
        this.vertx = context.vertx();
        this.response = context.response();
        this.events = events;
        this.topics = topics;
        this.last = after;
        response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    void head() {
        response.end();
    }

    /** Writes what is kept, then ends. */
    void replay() {
        response.setChunked(true);
        last = Math.max(last, 0);
        flushAll();
        response.end();
    }

    /** Writes what is kept after the id, then what happens; complete when the stream is over. */
    Future<Void> follow() {
        response.setChunked(true).closeHandler(gone -> close()).exceptionHandler(gone -> close());
        long newest = newest();
        if (last == NONE) {
            last = newest;
        } else if (last > newest) {
            // An id of a former run of this program: its numbers began anew.
            last = 0;
        }
        for (String topic : topics) {
            bells.add(vertx.eventBus().localConsumer("event." + topic, bell -> flush()));
        }
        Future.all(bells.stream().map(MessageConsumer::completion).toList()).onComplete(listening -> begin());
        return closed.future();
    }

    private void begin() {
        if (response.closed()) {
            close();
            return;
        }
        response.write("retry: 1000\n\n");
        response.drainHandler(drained -> {
            silentBeats = 0;
            flush();
        });
        heartbeat = vertx.setPeriodic(HEARTBEAT_MS, id -> beat());
        flush();
    }

    private void flush() {
        if (heartbeat != NONE && !response.closed() && !response.writeQueueFull()) {
            flushAll();
        }
    }

    private void flushAll() {
        for (JsonObject event : events.since(last, null)) {
            long seq = event.getLong("seq");
            if (seq > last + 1) {
                response.write(": the events from " + (last + 1) + " to " + (seq - 1) + " are not kept any more\n\n");
            }
            if (topics.contains(event.getString("topic"))) {
                response.write("id: " + seq + "\ndata: " + event.encode() + "\n\n");
            }
            last = seq;
        }
    }

    private long newest() {
        List<JsonObject> kept = events.since(0, null);
        return kept.isEmpty() ? 0 : kept.get(kept.size() - 1).getLong("seq");
    }

    private void beat() {
        if (!response.writeQueueFull()) {
            silentBeats = 0;
            response.write(":\n\n");
        } else if (++silentBeats > 1) {
            response.reset();
            close();
        }
    }

    private void close() {
        if (closed.tryComplete()) {
            bells.forEach(MessageConsumer::unregister);
            if (heartbeat != NONE) {
                vertx.cancelTimer(heartbeat);
            }
        }
    }
}
