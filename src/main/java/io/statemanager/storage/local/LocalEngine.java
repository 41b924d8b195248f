package io.statemanager.storage.local;

import io.statemanager.storage.StoreCounters;
import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.storage.StoreWorkers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * What all views of one local store share. Work is done on its own threads, urgent work on threads that nothing else uses; a disk that
 * hangs keeps such a thread, but not the caller.
 */
final class LocalEngine {
    private final Vertx vertx;
    private final LocalDirectory directory;
    private final LocalReads reads;
    private final LocalWrites writes;
    private final StoreWorkers workers = new StoreWorkers("store-local", 8);
    private final StoreWorkers urgent = new StoreWorkers("store-local-urgent", 2);
    private final StoreCounters counters;
    private volatile boolean closed;

    LocalEngine(Vertx vertx, LocalDirectory directory, StoreCounters counters) {
        this.counters = counters;
        this.vertx = vertx;
        this.directory = directory;
        this.reads = new LocalReads(directory);
        this.writes = new LocalWrites(directory);
    }

    LocalDirectory directory() {
        return directory;
    }

    LocalReads reads() {
        return reads;
    }

    LocalWrites writes() {
        return writes;
    }

    StoreCounters counters() {
        return counters;
    }

    /** A whole operation, counted as one request. */
    <T> Future<T> request(Kind kind, LocalCall call, Callable<T> task) {
        counters.begun(kind);
        return run(call, kind.changesObjects(), task).onComplete(result -> {
            counters.ended();
            if (result.failed()) {
                counters.failed(kind, ((StoreException) result.cause()).error());
            }
        });
    }

    /** One step of an operation. Every failure is a {@link StoreException}. */
    <T> Future<T> run(LocalCall call, boolean changesObjects, Callable<T> task) {
        Promise<T> result = ((ContextInternal) vertx.getOrCreateContext()).promise();
        try {
            checkOpen(call);
            (call.policy().urgent() ? urgent : workers).execute(() -> {
                try {
                    result.tryComplete(task.call());
                } catch (Exception e) {
                    result.tryFail(LocalFaults.of(e, call.operation(), call.key(), directory.root()));
                }
            });
        } catch (StoreException refused) {
            result.fail(refused);
        }
        limit(call, changesObjects, result);
        return result.future();
    }

    private void checkOpen(LocalCall call) {
        if (closed) {
            throw new StoreException(StoreError.CLOSED, call.operation(), call.key(), "the store has been closed");
        }
    }

    private <T> void limit(LocalCall call, boolean changesObjects, Promise<T> result) {
        long left = TimeUnit.NANOSECONDS.toMillis(call.deadline() - System.nanoTime());
        long timer = vertx.setTimer(Math.max(1, left + 100), id -> {
            if (call.deadline() - System.nanoTime() > 0) {
                limit(call, changesObjects, result);
            } else {
                result.tryFail(call.late().ambiguous(changesObjects));
            }
        });
        result.future().onComplete(end -> vertx.cancelTimer(timer));
    }

    Future<Void> close() {
        closed = true;
        workers.close();
        urgent.close();
        return Future.succeededFuture();
    }
}
