package io.statemanager.storage;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One conditional write on its way to a known end: the same bytes are sent again until the store says yes, or says that the condition
 * does not hold, and then the object there tells by nonce and content hash whether it is this very write.
 *
 * <p>A write sent twice may meet 412 because of its own first sending; the nonce shows that. One that was delayed on the way meets the
 * condition and changes nothing. The steps follow one another, so nothing here is shared between threads.
 */
final class Resolution {
    /** From how many bytes on it is cheaper to look than to send again. */
    private static final long LOOK_FIRST = 1024 * 1024;

    private final Vertx vertx;
    private final DirectStore store;
    private final CallPolicy policy;
    private final Write write;
    private final long deadline;
    private int failures;
    private boolean mayHaveHappened;

    /**
     * What is being written.
     *
     * @param bytes of the body, for the deadlines
     * @param send sends it once more to the given view of the store
     * @param own gives the size and the metadata that it has, if it is there
     */
    record Write(
            String key,
            long bytes,
            Condition condition,
            Function<DirectStore, Future<PutResult>> send,
            Supplier<Future<Own>> own) {}

    /** By what our own write is known again. */
    record Own(long size, Map<String, String> metadata) {
        boolean is(ObjectInfo found) {
            return metadata.containsKey(PutOptions.NONCE)
                    && found.size() == size
                    && same(PutOptions.NONCE, found)
                    && same(PutOptions.SHA256, found);
        }

        private boolean same(String name, ObjectInfo found) {
            return Objects.equals(metadata.get(name), found.metadata().get(name));
        }
    }

    Resolution(Vertx vertx, DirectStore store, CallPolicy policy, Write write) {
        this.vertx = vertx;
        this.store = store;
        this.policy = policy;
        this.write = write;
        this.deadline = System.nanoTime() + policy.totalFor(write.bytes).toNanos();
    }

    Future<PutResult> begin() {
        return write.send.apply(inTheTimeLeft()).recover(failure -> {
            if (!(failure instanceof StoreException e)) {
                return Future.failedFuture(failure);
            }
            if (e.error() == StoreError.PRECONDITION_FAILED) {
                return refused(e);
            }
            mayHaveHappened |= e.ambiguous();
            boolean again = e.retryable() || (e.ambiguous() && !ends(e.error()));
            return again ? later(e, () -> resend(e)) : giveUp(e);
        });
    }

    /** A closed gate ends it at once: what is unknown then is for the next owner to find out. */
    private static boolean ends(StoreError error) {
        return error == StoreError.GATE_CLOSED || error == StoreError.CLOSED;
    }

    private Future<PutResult> refused(StoreException refusal) {
        return ourOwn().compose(
                        ours -> ours.map(Future::succeededFuture)
                                .orElseGet(() -> Future.failedFuture(refusal.ambiguous(onceOurs()))),
                        unknown -> giveUp(refusal.ambiguous(true)));
    }

    /** What is dear to send is looked for first; it may still arrive afterwards, and then this sending meets the condition. */
    private Future<PutResult> resend(StoreException lost) {
        if (!lost.ambiguous() || write.bytes < LOOK_FIRST) {
            return begin();
        }
        return ourOwn().compose(
                        ours -> ours.map(Future::succeededFuture).orElseGet(this::begin), unknown -> giveUp(lost));
    }

    /** Whether what is there is this write; the answer's date is that of the look, which is the more cautious one. */
    private Future<Optional<PutResult>> ourOwn() {
        DirectStore reader = inTheTimeLeft();
        return Future.all(reader.head(write.key), write.own.get())
                .map(both -> {
                    Optional<ObjectInfo> found = both.resultAt(0);
                    Own own = both.resultAt(1);
                    return found.filter(own::is).map(info -> new PutResult(info.etag(), info.date()));
                })
                .recover(failure -> failure instanceof StoreException e && e.retryable()
                        ? later(e, this::ourOwn)
                        : Future.failedFuture(failure));
    }

    /** Under ifMatch this write may have been there before the one that is there now; what was created only once was never there. */
    private boolean onceOurs() {
        return mayHaveHappened && write.condition instanceof Condition.IfMatch;
    }

    private <T> Future<T> later(StoreException failure, Supplier<Future<T>> step) {
        long pause = Backoff.DEFAULT.pause(++failures).toMillis();
        if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause) - deadline >= 0) {
            return giveUp(failure);
        }
        return vertx.timer(pause, TimeUnit.MILLISECONDS).compose(v -> step.get());
    }

    private <T> Future<T> giveUp(StoreException failure) {
        return Future.failedFuture(failure.ambiguous(failure.ambiguous() || mayHaveHappened));
    }

    private DirectStore inTheTimeLeft() {
        return store.with(policy.within(deadline - System.nanoTime()));
    }
}
