package io.statemanager.checkpoint;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * One operation of users at a time, and none while the environment has reserved the room for itself. Who comes second is told so at
 * once. Confined to the verticle's context.
 */
final class Slot {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private String running;
    private String reserved;
    private String holder;

    /** Runs a user's operation, or refuses it. */
    <T> Future<T> run(String operation, Supplier<Future<T>> work) {
        if (current() != null) {
            return Future.failedFuture(busy());
        }
        running = operation;
        Future<T> result;
        try {
            result = work.get();
        } catch (RuntimeException e) {
            result = Future.failedFuture(e);
        }
        return result.onComplete(done -> running = null);
    }

    /** Keeps users out until the same holder lifts it. */
    void reserve(String operation, String by) {
        if (current() != null) {
            throw busy();
        }
        reserved = operation;
        holder = by;
    }

    /** Does nothing where it is not, or no longer, this holder's. */
    void lift(String by) {
        if (by.equals(holder)) {
            lift();
        }
    }

    void lift() {
        reserved = null;
        holder = null;
    }

    /** What is under way, or null. */
    String current() {
        return running != null ? running : reserved;
    }

    private CommandException busy() {
        return CommandException.of(FailureCode.OPERATION_IN_PROGRESS, "a " + current() + " is under way")
                .retryAfter(RETRY_AFTER);
    }
}
