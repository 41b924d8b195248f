package io.statemanager.replication;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs tasks on a pool, at most so many at a time: {@link #submit} waits for room. The first failure is kept; what is submitted after it is
 * not begun. One thread submits.
 */
final class BoundedTasks {
    private final ExecutorService pool;
    private final int limit;
    private final Semaphore room;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    BoundedTasks(ExecutorService pool, int limit) {
        this.pool = pool;
        this.limit = limit;
        this.room = new Semaphore(limit);
    }

    void submit(Callable<Void> task) {
        room.acquireUninterruptibly();
        if (failure.get() != null) {
            room.release();
            return;
        }
        pool.execute(() -> {
            try {
                task.call();
            } catch (Exception | Error e) {
                failure.compareAndSet(null, e);
            } finally {
                room.release();
            }
        });
    }

    /** Waits for all tasks; throws the first failure. */
    void await() throws IOException {
        room.acquireUninterruptibly(limit);
        room.release(limit);
        Throwable first = failure.get();
        if (first instanceof IOException io) {
            throw io;
        }
        if (first instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (first != null) {
            throw new IOException(first);
        }
    }
}
