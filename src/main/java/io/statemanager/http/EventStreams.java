package io.statemanager.http;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.Events;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code GET /events?topic=a,b&follow=false}: the events as server-sent events, those after {@code Last-Event-ID} first. At most
 * {@value #MOST} streams at a time. Confined to the server's context.
 */
final class EventStreams implements Handler<RoutingContext> {
    static final int MOST = 100;

    private final Events events;
    private int open;

    EventStreams(Events events) {
        this.events = events;
    }

    @Override
    public void handle(RoutingContext context) {
        Set<String> topics = topics(context);
        boolean follow = flag(context);
        long after = lastId(context);
        if (open >= MOST) {
            throw CommandException.of(FailureCode.UNAVAILABLE, MOST + " event streams are open; close some");
        }
        EventStream stream = new EventStream(context, events, topics, after);
        if (context.request().method().equals(HttpMethod.HEAD)) {
            stream.head();
        } else if (follow) {
            open++;
            stream.follow().onComplete(end -> open--);
        } else {
            stream.replay();
        }
    }

    private static Set<String> topics(RoutingContext context) {
        Set<String> topics = new HashSet<>();
        for (String name : context.queryParams().names()) {
            if (!name.equals("topic") && !name.equals("follow")) {
                throw fault(name, "unknown query member, expected: topic, follow");
            }
        }
        for (String given : context.queryParam("topic")) {
            topics.addAll(Arrays.asList(given.split(",", -1)));
        }
        for (String topic : topics) {
            if (!Events.TOPICS.contains(topic)) {
                throw fault("topic", "no such topic; there are " + String.join(", ", Events.TOPICS));
            }
        }
        return topics.isEmpty() ? Set.copyOf(Events.TOPICS) : topics;
    }

    private static boolean flag(RoutingContext context) {
        List<String> given = context.queryParam("follow");
        if (given.isEmpty() || given.get(0).equals("true")) {
            return true;
        }
        if (given.get(0).equals("false")) {
            return false;
        }
        throw fault("follow", "is not a valid boolean: true or false expected");
    }

    /** Without one, a follower hears what happens from now on; a look without following gets everything kept. */
    private static long lastId(RoutingContext context) {
        String given = context.request().getHeader("Last-Event-ID");
        if (given == null) {
            return EventStream.NONE;
        }
        if (!given.matches("\\d{1,18}")) {
            throw fault("Last-Event-ID", "is not a valid number");
        }
        return Long.parseLong(given);
    }

    private static CommandException fault(String path, String message) {
        return CommandException.invalid(FailureCode.INVALID_REQUEST, List.of(new Fault(path, message)));
    }
}
