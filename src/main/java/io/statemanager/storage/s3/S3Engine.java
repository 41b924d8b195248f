package io.statemanager.storage.s3;

import io.statemanager.storage.Limiter;
import io.statemanager.storage.StoreCounters;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.storage.StoreWorkers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** What all views of one S3 store share. Safe for any thread. */
final class S3Engine {
    private static final int MAX_WAITING = 4096;

    /** Threads that sign and hash. */
    private static final int WORKERS = 4;

    private final Vertx vertx;
    private final S3Settings settings;
    private final S3Connection connection;
    private final StoreWorkers workers;
    private final Limiter limiter;
    private final StoreCounters counters;
    private final Set<Runnable> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Builds the client on the engine's own workers. */
    static Future<S3Engine> open(Vertx vertx, S3Settings settings, StoreCounters counters) {
        StoreWorkers workers = new StoreWorkers("store-s3", WORKERS);
        return workers.run(vertx, () -> new S3Engine(vertx, settings, S3Connection.open(settings), workers, counters))
                .recover(failure -> {
                    workers.close();
                    return Future.failedFuture(new StoreException(
                            StoreError.UNEXPECTED,
                            "open",
                            "",
                            settings.place() + ": " + failure.getMessage(),
                            "",
                            false,
                            failure));
                });
    }

    private S3Engine(
            Vertx vertx, S3Settings settings, S3Connection connection, StoreWorkers workers, StoreCounters counters) {
        this.counters = counters;
        this.vertx = vertx;
        this.settings = settings;
        this.connection = connection;
        this.workers = workers;
        this.limiter = new Limiter(settings.concurrency(), MAX_WAITING);
    }

    Vertx vertx() {
        return vertx;
    }

    S3Settings settings() {
        return settings;
    }

    S3AsyncClient client() {
        return connection.client();
    }

    /** Runs what may block for a moment, on a thread that has no Vert.x context, so that one caller never waits for another's. */
    void onWorker(Runnable task) {
        workers.execute(task);
    }

    /** The same with a result for the caller's context. */
    <T> Future<T> onWorker(Callable<T> task) {
        return workers.run(vertx, task);
    }

    /** Runs something short after a time; the result takes that back. */
    Runnable after(long nanos, Runnable task) {
        return connection.after(nanos, task);
    }

    Limiter limiter() {
        return limiter;
    }

    StoreCounters counters() {
        return counters;
    }

    /** Whether a refusal tells something by which the same request will succeed. */
    boolean learns(Throwable refusal) {
        return connection.learns(refusal);
    }

    boolean isClosed() {
        return closed;
    }

    void checkOpen(S3Call call) {
        if (closed) {
            throw call.failure(StoreError.CLOSED, "the store has been closed");
        }
    }

    /** Has {@code stop} called when the store closes; the result takes that back. */
    Runnable onClose(Runnable stop) {
        underWay.add(stop);
        if (closed) {
            stop.run();
        }
        return () -> underWay.remove(stop);
    }

    Future<Void> change(S3Credentials credentials) {
        return onWorker(() -> {
            connection.change(credentials);
            return null;
        });
    }

    Future<Void> close() {
        if (closed) {
            return Future.succeededFuture();
        }
        closed = true;
        underWay.forEach(Runnable::run);
        return workers.<Void>run(vertx, () -> {
                    connection.close();
                    return null;
                })
                .onComplete(end -> workers.close());
    }
}
