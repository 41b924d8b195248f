package io.statemanager.proxy;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Requests that wait for an application that will soon be up, in order, up to a number and a time. One timer for all looks whether it is there;
 * it runs only while somebody waits. Confined to the server's context.
 */
final class Hold {
    private static final long LOOK_MS = 20;

    private final Vertx vertx;
    private final ProxyOptions options;
    private final Supplier<Availability> availability;
    private final BiConsumer<Incoming, Availability> released;
    private List<Incoming> waiting = new ArrayList<>();
    private long timer = -1;

    /** @param released gets each request again: with what it waited for, or with the last reason when its time is over */
    Hold(
            Vertx vertx,
            ProxyOptions options,
            Supplier<Availability> availability,
            BiConsumer<Incoming, Availability> released) {
        this.vertx = vertx;
        this.options = options;
        this.availability = availability;
        this.released = released;
    }

    /** Lets a request wait; false where too many do. */
    boolean add(Incoming incoming) {
        if (waiting.size() >= options.holdRequests()) {
            return false;
        }
        waiting.add(incoming);
        if (timer < 0) {
            timer = vertx.setPeriodic(LOOK_MS, id -> look());
        }
        return true;
    }

    int size() {
        return waiting.size();
    }

    private void look() {
        Availability now = availability.get();
        boolean soon = now.state() == Availability.State.SOON;
        List<Incoming> all = waiting;
        waiting = new ArrayList<>();
        for (Incoming one : all) {
            boolean inTime =
                    System.nanoTime() - one.holdUntil(options.holdTime().toNanos()) < 0;
            if (soon && inTime && !one.response().closed()) {
                waiting.add(one);
            } else {
                released.accept(one, soon ? Availability.down(now.reason()) : now);
            }
        }
        if (waiting.isEmpty()) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }
}
