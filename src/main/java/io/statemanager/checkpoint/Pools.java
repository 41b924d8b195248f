package io.statemanager.checkpoint;

import io.statemanager.bus.CommandException;
import io.statemanager.runtime.HeapRoom;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The threads of this room. {@code steps} run one operation's blocking steps; {@code held} the one during which processes stand
 * still, which waits for nobody; {@code files} look at files and read them; {@code transfers} move packs. Nobody on a thread of one pool waits for another of the same pool but where the waiting one does the work
 * itself. Idle threads end, so that nothing is held at rest.
 */
final class Pools implements AutoCloseable {
    private static final int STEPS = 4;
    private static final int TRANSFERS = 6;
    private static final long WARN_HOURS = 12;

    private final WorkerExecutor steps;
    private final ExecutorService held;
    private final ExecutorService files;
    private final ExecutorService transfers;
    private final int fileThreads;

    Pools(Vertx vertx) {
        fileThreads = Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));
        steps = vertx.createSharedWorkerExecutor("checkpoint", STEPS, WARN_HOURS, TimeUnit.HOURS);
        held = pool("checkpoint-held", 1);
        files = pool("checkpoint-files", fileThreads);
        transfers = pool("checkpoint-transfers", TRANSFERS);
    }

    private static ExecutorService pool(String name, int size) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(size, size, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Runs a blocking step; a failure is the command's. */
    <T> Future<T> run(Callable<T> step) {
        return steps.executeBlocking(step, false).recover(failure -> Future.failedFuture(failed(failure)));
    }

    /** The same for the step during which processes are held still: its thread is free whatever else is under way. One at a time. */
    <T> Future<T> runHeld(Callable<T> step) {
        CompletableFuture<T> done = new CompletableFuture<>();
        held.execute(() -> {
            try {
                done.complete(step.call());
            } catch (Exception | Error e) {
                done.completeExceptionally(e);
            }
        });
        return Future.fromCompletionStage(done, Vertx.currentContext())
                .recover(failure -> Future.failedFuture(failed(failure)));
    }

    /** Work that reads or makes much, in a heap that has room for it. */
    <T> Future<T> large(Supplier<Future<T>> work) {
        return run(HeapRoom::forLargeWork)
                .compose(room -> Future.succeededFuture()
                        .compose(opened -> work.get())
                        .onComplete(done -> run(() -> {
                            room.close();
                            return null;
                        })));
    }

    private static CommandException failed(Throwable failure) {
        return Failures.of(failure);
    }

    ExecutorService files() {
        return files;
    }

    /** How many threads share one look at a tree. */
    int fileThreads() {
        return fileThreads;
    }

    ExecutorService transfers() {
        return transfers;
    }

    @Override
    public void close() {
        held.shutdownNow();
        files.shutdownNow();
        transfers.shutdownNow();
        steps.close();
    }
}
