package io.statemanager.storage.s3;

import io.statemanager.storage.StoreError;
import io.statemanager.storage.WriteGate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ends one request that is on its way when its time is over, when the gate closes or when the store does: its connection is dropped then.
 * Safe for any thread.
 */
final class S3Watch {
    private final S3Engine engine;
    private final WriteGate.Ticket ticket;
    private final AtomicReference<StoreError> stopped = new AtomicReference<>();
    private CompletableFuture<?> answer = new CompletableFuture<>();
    private Runnable timer = () -> {};
    private Runnable gate = () -> {};
    private Runnable closing = () -> {};
    private long allowed;

    S3Watch(S3Engine engine, WriteGate.Ticket ticket) {
        this.engine = engine;
        this.ticket = ticket;
    }

    /** Begins; an extension that was granted before holds. */
    void over(CompletableFuture<?> request, long nanos) {
        synchronized (this) {
            answer = request;
            timer = engine.after(Math.max(nanos, allowed), () -> stop(StoreError.TIMEOUT));
        }
        gate = ticket.onClose(() -> stop(StoreError.GATE_CLOSED));
        closing = engine.onClose(() -> stop(StoreError.CLOSED));
    }

    /** From now on it may take so long. */
    synchronized void atMost(long nanos) {
        allowed = nanos;
        timer.run();
        timer = engine.after(nanos, () -> stop(StoreError.TIMEOUT));
    }

    /** The request has ended; why, where it was ended here, or null. */
    StoreError end() {
        synchronized (this) {
            timer.run();
        }
        gate.run();
        closing.run();
        return stopped.get();
    }

    private void stop(StoreError why) {
        CompletableFuture<?> request;
        synchronized (this) {
            request = answer;
        }
        if (stopped.compareAndSet(null, why)) {
            request.cancel(true);
        }
    }
}
