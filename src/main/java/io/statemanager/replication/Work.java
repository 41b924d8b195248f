package io.statemanager.replication;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of this room: one on which the replication's calls follow one another, and two small pools on which a call works on several
 * databases, and on several ranges, at a time. Idle threads end after a while.
 */
final class Work {
    private static final int LONGEST_HOURS = 12;
    private static final int IDLE_SECONDS = 20;

    private final WorkerExecutor serial;
    private final ThreadPoolExecutor databases = pool("databases", 4);
    private final ThreadPoolExecutor ranges = pool("database-ranges", IndexedRestore.PARALLEL);

    /** A step that blocks. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    Work(Vertx vertx) {
        serial = vertx.createSharedWorkerExecutor("replication", 1, LONGEST_HOURS, TimeUnit.HOURS);
    }

    /** Runs a call after those before it; its failure is explained. */
    <T> Future<T> call(Callable<T> call) {
        return serial.executeBlocking(call).recover(failure -> Future.failedFuture(Failures.explain(failure)));
    }

    Future<Void> run(Step step) {
        return call(() -> {
            step.run();
            return null;
        });
    }

    ExecutorService databases() {
        return databases;
    }

    ExecutorService ranges() {
        return ranges;
    }

    Future<Void> close() {
        databases.shutdown();
        ranges.shutdown();
        return serial.close();
    }

    private static ThreadPoolExecutor pool(String name, int size) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
