package io.statemanager.storage;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The gate that the lease opens and closes and every write passes; closed at first.
 *
 * <p>It is open up to a deadline on the monotonic clock, so that a lease that stops renewing, for whatever reason, closes it by doing
 * nothing. Closing also stops what is on its way. A write begun under one generation never goes on under another: its permission is
 * bound to the generation.
 *
 * <p>Safe for any thread: the state is one volatile value. A write may pass at the very moment of closing; the stop handler, or the
 * server's condition, catches that one.
 */
public final class LeaseGate implements WriteGate {

    private sealed interface State permits Open, Closed {}

    private record Open(long generation, long deadlineNanos, OwnershipProof proof) implements State {}

    private record Closed(String reason) implements State {}

    private final LongSupplier nanoTime;
    private final Set<Runnable> onTheirWay = ConcurrentHashMap.newKeySet();
    private volatile State state = new Closed("the lease has not been taken yet");

    public LeaseGate() {
        this(System::nanoTime);
    }

    /** @param nanoTime the clock that the deadlines are on */
    public LeaseGate(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Opens the gate, or moves its deadline.
     *
     * @param generation of the lease
     * @param deadlineNanos on this gate's clock: the start of the last successful renewal + TTL − lead
     */
    public void open(long generation, long deadlineNanos, OwnershipProof proof) {
        state = new Open(generation, deadlineNanos, proof);
    }

    /** Opens the gate for good, where no lease is kept. */
    public void openWithoutLease(long generation) {
        open(generation, nanoTime.getAsLong() + Long.MAX_VALUE / 2, OwnershipProof.BY_ANSWER_ALONE);
    }

    /** Closes the gate and stops what is on its way. Repeating it is harmless; the first reason stays. */
    public void close(String reason) {
        if (state instanceof Open) {
            state = new Closed(reason);
        }
        for (Runnable stop : onTheirWay) {
            stop.run();
        }
    }

    public boolean isOpen() {
        return state instanceof Open open && open.deadlineNanos - nanoTime.getAsLong() > 0;
    }

    @Override
    public Ticket enter(String operation, String key) {
        return new LeaseTicket(pass(operation, key).generation, operation, key);
    }

    private Open pass(String operation, String key) {
        State now = state;
        if (now instanceof Closed closed) {
            throw refused(operation, key, closed.reason, false);
        }
        Open open = (Open) now;
        if (open.deadlineNanos - nanoTime.getAsLong() <= 0) {
            throw refused(operation, key, "the lease was not renewed in time", false);
        }
        return open;
    }

    private static StoreException refused(String operation, String key, String reason, boolean ambiguous) {
        return new StoreException(
                StoreError.GATE_CLOSED,
                operation,
                key,
                "this machine does not own the environment at this moment: " + reason,
                "see the lease in the status",
                ambiguous,
                null);
    }

    private final class LeaseTicket implements Ticket {
        private final long generation;
        private final String operation;
        private final String key;

        LeaseTicket(long generation, String operation, String key) {
            this.generation = generation;
            this.operation = operation;
            this.key = key;
        }

        @Override
        public void check() {
            if (pass(operation, key).generation != generation) {
                throw refused(operation, key, "the lease was lost and taken again since this write began", false);
            }
        }

        @Override
        public Runnable onClose(Runnable stop) {
            onTheirWay.add(stop);
            if (state instanceof Closed) {
                stop.run();
            }
            return () -> onTheirWay.remove(stop);
        }

        @Override
        public Future<Void> confirm(Instant answered) {
            if (!(state instanceof Open open) || open.generation != generation) {
                return Future.failedFuture(refused(operation, key, "the lease was lost before the answer came", true));
            }
            return open.proof
                    .prove(answered)
                    .recover(doubt -> Future.failedFuture(refused(operation, key, doubt.getMessage(), true)));
        }
    }
}
