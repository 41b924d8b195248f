package io.statemanager.storage.s3;

import io.statemanager.storage.Backoff;
import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * One request with its repetitions. Each attempt waits for its turn, passes the gate, has a deadline; after a failure that may pass there
 * is a pause and another one, as long as that is safe and there is time.
 *
 * <p>An attempt is started on a worker, since signing hashes the body and credentials may come from a file or the network. Everything
 * else happens on the caller's context.
 */
final class S3Attempts<A, T> {
    private final S3Call call;
    private final S3Engine engine;
    private final Kind kind;
    private final S3Call.Effect effect;
    private final long bytes;
    private final S3Call.Sender<A> sender;
    private final Function<A, T> read;
    private boolean mayHaveHappened;

    S3Attempts(S3Call call, Kind kind, S3Call.Effect effect, long bytes, S3Call.Sender<A> sender, Function<A, T> read) {
        this.call = call;
        this.engine = call.engine();
        this.kind = kind;
        this.effect = effect;
        this.bytes = bytes;
        this.sender = sender;
        this.read = read;
    }

    Future<T> next(int failures) {
        return once().recover(failure -> {
            StoreException e = (StoreException) failure;
            engine.counters().failed(kind, e.error());
            mayHaveHappened |= e.ambiguous();
            boolean again =
                    (e.retryable() || engine.learns(e.getCause())) && effect.allowsAnother(e.error(), mayHaveHappened);
            long pause = Backoff.DEFAULT.pause(failures + 1).toMillis();
            if (!again || call.nanosLeft() <= TimeUnit.MILLISECONDS.toNanos(pause)) {
                return Future.failedFuture(e.ambiguous(mayHaveHappened));
            }
            engine.counters().repeated(kind);
            return engine.vertx().timer(pause, TimeUnit.MILLISECONDS).compose(v -> next(failures + 1));
        });
    }

    private Future<T> once() {
        if (engine.isClosed()) {
            return call.context().failedFuture(call.failure(StoreError.CLOSED, "the store has been closed"));
        }
        if (call.nanosLeft() <= 0) {
            return call.context().failedFuture(late());
        }
        Promise<T> result = call.context().promise();
        AtomicBoolean begun = new AtomicBoolean();
        Runnable patience = engine.after(call.nanosLeft(), () -> {
            if (begun.compareAndSet(false, true)) {
                result.tryFail(late());
            }
        });
        Future<T> turn = call.isUrgent()
                ? attempt(begun)
                : engine.limiter()
                        .run(
                                () -> attempt(begun),
                                () -> call.failure(StoreError.THROTTLED, "too many requests wait already"));
        turn.onComplete(end -> {
            patience.run();
            if (end.succeeded()) {
                result.tryComplete(end.result());
            } else {
                result.tryFail(end.cause());
            }
        });
        return result.future();
    }

    private StoreException late() {
        return call.failure(StoreError.TIMEOUT, "no turn came in time");
    }

    private Future<T> attempt(AtomicBoolean begun) {
        Promise<T> result = Promise.promise();
        try {
            engine.onWorker(() -> {
                try {
                    start(begun, result);
                } catch (RuntimeException refused) {
                    result.fail(call.failure(refused, null, kind));
                }
            });
        } catch (StoreException refused) {
            result.fail(refused);
        }
        return result.future();
    }

    /** On a worker: sends the request and has it watched. What follows its end cannot fail unseen: {@code finish} tells the result. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void start(AtomicBoolean begun, Promise<T> result) {
        if (!begun.compareAndSet(false, true)) {
            throw late();
        }
        engine.checkOpen(call);
        call.ticket().check();
        engine.counters().begun(kind);
        S3Watch watch = new S3Watch(engine, call.ticket());
        CompletableFuture<A> answer;
        try {
            answer = sender.send(engine.client(), size -> {
                call.willTransfer(size);
                watch.atMost(call.attemptNanos(size));
            });
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        watch.over(answer, Math.min(call.nanosLeft(), call.attemptNanos(bytes)));
        answer.whenComplete((value, failure) -> {
            engine.counters().ended();
            finish(value, failure, watch.end(), result);
        });
    }

    private void finish(A value, Throwable failure, StoreError stopped, Promise<T> result) {
        Throwable why = failure;
        if (why == null) {
            try {
                result.complete(read.apply(value));
                return;
            } catch (RuntimeException unreadable) {
                why = unreadable;
            }
        }
        result.fail(call.failure(why, stopped, kind));
    }
}
