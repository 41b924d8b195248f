package io.statemanager.bus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * What happened, published at {@code event.<topic>} as {@code {"seq","time","topic","type",…}} and kept for the last {@value #KEPT} events, so
 * that a follower who lost its connection can go on. Numbers grow by one over all topics of one run of the program.
 *
 * <p>Safe for any thread.
 */
public final class Events {
    /** The topics there are; the bridge permits {@code event.<topic>} outward for these. */
    public static final List<String> TOPICS = List.of("state", "config", "checkpoint", "process", "lease", "database");

    private static final int KEPT = 1000;

    private final Vertx vertx;
    private final Deque<JsonObject> recent = new ArrayDeque<>();
    private long sequence;

    public Events(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Publishes an event; {@code fill} adds its members. */
    public void publish(String topic, String type, Consumer<ObjectNode> fill) {
        if (!TOPICS.contains(topic)) {
            throw new IllegalArgumentException("no such topic: " + topic);
        }
        JsonObject event;
        // Numbering and publishing are one step, so that every follower sees growing numbers.
        synchronized (recent) {
            ObjectNode node = Json.object();
            node.put("seq", ++sequence);
            node.put("time", Instant.now().toString());
            node.put("topic", topic);
            node.put("type", type);
            fill.accept(node);
            event = new JsonObject(Json.text(node));
            recent.addLast(event);
            if (recent.size() > KEPT) {
                recent.removeFirst();
            }
            vertx.eventBus().publish("event." + topic, event);
        }
    }

    /** The kept events after a number, oldest first, of one topic or (null) of all. */
    public List<JsonObject> since(long after, String topic) {
        synchronized (recent) {
            return recent.stream()
                    .filter(event -> event.getLong("seq") > after)
                    .filter(event -> topic == null || topic.equals(event.getString("topic")))
                    .toList();
        }
    }
}
