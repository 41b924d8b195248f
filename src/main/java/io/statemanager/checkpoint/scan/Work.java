package io.statemanager.checkpoint.scan;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Items worked off by a few threads, where an item may bring more of its kind. The newest comes first, so that walking a tree keeps
 * few directories waiting. The caller's thread takes part: a pool without a free thread makes it slower, not stuck.
 *
 * <p>The first failure stops everything and is thrown when no handler runs any more.
 */
public final class Work<T> {
    /** Takes one item; {@code more.add} brings further ones. */
    @FunctionalInterface
    public interface Handler<T> {
        void handle(T item, Work<T> more) throws IOException;
    }

    private final Handler<T> handler;
    private final Deque<T> waiting = new ArrayDeque<>();
    private int busy;
    private Throwable failure;

    private Work(Collection<? extends T> items, Handler<T> handler) {
        this.waiting.addAll(items);
        this.handler = handler;
    }

    /** Returns when all items are handled. */
    public static <T> void run(Executor executor, int threads, Collection<? extends T> items, Handler<T> handler)
            throws IOException {
        Work<T> work = new Work<>(items, handler);
        for (int i = 1; i < threads; i++) {
            work.startHelper(executor);
        }
        work.loop();
        work.awaitEnd();
    }

    private void startHelper(Executor executor) {
        try {
            executor.execute(this::loop);
        } catch (RejectedExecutionException full) {
            // The caller's own thread does it all.
        }
    }

    /** For handlers: one more item. */
    public synchronized void add(T item) {
        waiting.addFirst(item);
        notify();
    }

    private void loop() {
        for (T item = take(); item != null; item = take()) {
            Throwable failed = null;
            try {
                handler.handle(item, this);
            } catch (Throwable t) {
                failed = t;
            }
            finish(failed);
        }
    }

    private synchronized T take() {
        try {
            while (failure == null && waiting.isEmpty() && busy > 0) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = failure == null ? new InterruptedIOException("interrupted") : failure;
        }
        if (failure != null || waiting.isEmpty()) {
            return null;
        }
        busy++;
        return waiting.removeFirst();
    }

    private synchronized void finish(Throwable failed) {
        busy--;
        if (failed != null && failure == null) {
            failure = failed;
        }
        if (busy == 0 || failure != null) {
            notifyAll();
        }
    }

    /** Helpers that get a thread only later find nothing waiting. An interrupt ends the work, but not before its handlers. */
    private synchronized void awaitEnd() throws IOException {
        boolean interrupted = false;
        while (busy > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        rethrow(failure);
    }

    private static void rethrow(Throwable failure) throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }
}
