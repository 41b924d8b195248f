package io.statemanager.storage;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store's own threads for what blocks, with a bounded queue. They carry no Vert.x context, so what one caller waits for never runs on
 * another one's, and nobody interrupts them: an interrupt would close files under a lock.
 */
public final class StoreWorkers {
    private static final int MAX_WAITING = 4096;

    private final String name;
    private final ThreadPoolExecutor threads;

    public StoreWorkers(String name, int size) {
        this.name = name;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                size, size, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Runs a task, whose result arrives on the caller's context; on the worker where that context's Vert.x has been closed. */
    public <T> Future<T> run(Vertx vertx, Callable<T> task) {
        Context context = vertx.getOrCreateContext();
        Promise<T> result = Promise.promise();
        try {
            execute(() -> tell(context, result, outcome(task)));
        } catch (StoreException refused) {
            result.fail(refused);
        }
        return result.future();
    }

    private static <T> Future<T> outcome(Callable<T> task) {
        try {
            return Future.succeededFuture(task.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private static <T> void tell(Context context, Promise<T> result, Future<T> outcome) {
        try {
            context.runOnContext(v -> result.handle(outcome));
        } catch (RejectedExecutionException closed) {
            // A store may be closed after its Vert.x; whoever waits for that must hear of it.
            result.handle(outcome);
        }
    }

    /** Runs a task that takes care of its own result. */
    public void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            throw threads.isShutdown()
                    ? new StoreException(StoreError.CLOSED, name, "", "the store has been closed")
                    : new StoreException(StoreError.THROTTLED, name, "", "too many tasks wait already");
        }
    }

    /** Lets what is waiting end, and takes nothing more. */
    public void close() {
        threads.shutdown();
    }
}
