package io.statemanager.storage;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Lets so many asynchronous tasks run at a time; the others wait in order, and of those only so many too. Safe for any thread; a
 * waiting task is started on the thread that ended another one.
 */
public final class Limiter {
    private final int maxWaiting;
    private final Deque<Waiter<?>> waiting = new ArrayDeque<>();
    private int free;

    public Limiter(int permits, int maxWaiting) {
        this.free = permits;
        this.maxWaiting = maxWaiting;
    }

    /**
     * Runs a task when its turn comes.
     *
     * @param tooMany what to fail with where too many wait already
     * @return the task's own result
     */
    public <T> Future<T> run(Supplier<Future<T>> task, Supplier<? extends RuntimeException> tooMany) {
        Waiter<T> waiter = new Waiter<>(task, Promise.promise());
        synchronized (this) {
            if (free == 0) {
                if (waiting.size() >= maxWaiting) {
                    return Future.failedFuture(tooMany.get());
                }
                waiting.add(waiter);
                return waiter.result.future();
            }
            free--;
        }
        start(waiter);
        return waiter.result.future();
    }

    private <T> void start(Waiter<T> waiter) {
        Future<T> running;
        try {
            running = waiter.task.get();
        } catch (RuntimeException e) {
            running = Future.failedFuture(e);
        }
        running.onComplete(result -> {
            next();
            waiter.result.handle(result);
        });
    }

    private void next() {
        Waiter<?> first;
        synchronized (this) {
            first = waiting.poll();
            if (first == null) {
                free++;
                return;
            }
        }
        start(first);
    }

    private record Waiter<T>(Supplier<Future<T>> task, Promise<T> result) {}
}
