package io.statemanager.environment;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The environment's one worker: small files and looks at the tree, one after the other. */
final class Work {
    private static final long WARN_MINUTES = 10;

    private final WorkerExecutor executor;

    Work(Vertx vertx) {
        this.executor = vertx.createSharedWorkerExecutor("environment", 1, WARN_MINUTES, TimeUnit.MINUTES);
    }

    <T> Future<T> call(Callable<T> step) {
        return executor.executeBlocking(step, true);
    }

    Future<Void> run(Runnable step) {
        return executor.executeBlocking(
                () -> {
                    step.run();
                    return null;
                },
                true);
    }

    Future<Void> close() {
        return executor.close();
    }
}
