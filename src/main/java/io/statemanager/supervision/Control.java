package io.statemanager.supervision;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which the processes' states live. What runs here is short: it looks at {@code /proc}, sends signals and sets timers; what
 * takes time happens elsewhere and comes back here.
 */
final class Control implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Control.class);

    private final ScheduledThreadPoolExecutor thread;
    private volatile Thread current;

    Control() {
        thread = new ScheduledThreadPoolExecutor(1, loop -> {
            current = new Thread(loop, "supervision");
            current.setDaemon(true);
            return current;
        });
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // What completes after the end has nobody left to tell.
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(() -> guarded(task));
    }

    /** A task that is to run later. */
    interface Timer {
        void cancel();
    }

    /** Runs a task later, unless it is cancelled before. */
    Timer after(Duration delay, Runnable task) {
        Future<?> scheduled = thread.schedule(() -> guarded(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    /** Runs a step here with the outcome of something that happens elsewhere. */
    <T> void whenDone(CompletionStage<T> stage, BiConsumer<T, Throwable> step) {
        stage.whenComplete((value, failure) -> execute(() -> step.accept(value, failure)));
    }

    /** Runs a step here and passes its outcome on. */
    <T> CompletableFuture<T> ask(Supplier<? extends CompletionStage<T>> step) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        execute(() -> {
            try {
                step.get().whenComplete((value, failure) -> complete(outcome, value, failure));
            } catch (RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        });
        return outcome;
    }

    /** That the caller is on this thread. */
    void check() {
        if (Thread.currentThread() != current) {
            throw new IllegalStateException("not on the supervision thread");
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private static <T> void complete(CompletableFuture<T> outcome, T value, Throwable failure) {
        if (failure == null) {
            outcome.complete(value);
        } else {
            outcome.completeExceptionally(failure);
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("A step of the supervision failed unexpectedly");
        }
    }
}
