package io.statemanager.lease;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands.Document;
import io.statemanager.bus.LeaseCommands.Seek;
import io.statemanager.runtime.Ticker;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a lease that was taken: renews it each TTL/3 and counts the time in which it may act from the <em>start</em> of the last renewal that
 * succeeded. At that deadline less a lead it tells its owner to stop in its tracks; a renewal that succeeds afterwards with its own last ETag
 * proves that nobody else owned the lease in between, so it goes on. Another nonce in the object ends it for good.
 *
 * <p>Confined to the lease verticle's context. All intervals are monotonic.
 */
final class Holder {
    private static final int RENEWALS_PER_TTL = 3;
    private static final long RETRY_MS = 200;

    /** What its owner does at the turning points; called on the holder's context. */
    interface Watch {
        /** Renewed (or just taken): it may act until this monotonic deadline, the lead taken off already. */
        void mayActUntil(long deadlineNanos);

        /** The deadline is here: everything stops now. */
        void expired(String reason);

        /** A renewal proved that nobody owned the lease meanwhile. */
        void resumed();

        /** Somebody else owns it. Nothing follows. */
        void lost(String reason);
    }

    private final Vertx vertx;
    private final Ticker ticker;
    private final LeaseObject lease;
    private final Seek terms;
    private final Watch watch;
    private final List<Promise<Void>> awaitingRenewal = new ArrayList<>();

    private LeaseObject.Version version;
    private long countedFrom;
    private Instant renewedAt;
    private boolean frozen;
    private boolean releasing;
    private boolean ended;
    private Future<Void> renewal;
    private long renewTimer = -1;
    private long deadlineTimer = -1;
    private String lastError;

    /**
     * @param taken what our compare-and-swap wrote; without a date where its answer was lost
     * @param countedFrom when that request began, monotonic
     */
    Holder(
            Vertx vertx,
            Ticker ticker,
            LeaseObject lease,
            Seek terms,
            LeaseObject.Version taken,
            long countedFrom,
            Watch watch) {
        this.vertx = vertx;
        this.ticker = ticker;
        this.lease = lease;
        this.terms = terms;
        this.version = taken;
        this.renewedAt = known(taken.date());
        this.countedFrom = countedFrom;
        this.watch = watch;
    }

    void start() {
        if (!terms.leaser()) {
            watch.mayActUntil(Long.MAX_VALUE);
            return;
        }
        counted();
    }

    /** Stops renewing. The object stays as it is. */
    void end() {
        ended = true;
        vertx.cancelTimer(renewTimer);
        vertx.cancelTimer(deadlineTimer);
        CommandException gone = CommandException.of(FailureCode.LEASE_LOST, "the lease is not held any more");
        List.copyOf(awaitingRenewal).forEach(promise -> promise.tryFail(gone));
        awaitingRenewal.clear();
    }

    /** Writes that the lease is released. Only for a holder whose writes all have a known outcome. */
    Future<Void> release() {
        releasing = true;
        vertx.cancelTimer(renewTimer);
        vertx.cancelTimer(deadlineTimer);
        Future<Void> before = renewal == null ? Future.succeededFuture() : renewal;
        return before.transform(done -> {
            vertx.cancelTimer(renewTimer);
            Document now = version.document();
            Document released = new Document(
                    now.format(),
                    now.environmentId(),
                    now.generation(),
                    now.owner(),
                    now.nonce(),
                    now.renewals() + 1,
                    now.ttlMs(),
                    true);
            return lease.swap(version.etag(), released)
                    .recover(failure -> releasedAfterAll(released, failure))
                    .mapEmpty();
        });
    }

    /** An unclear or refused release may have been our own earlier attempt: what is there decides. */
    private Future<LeaseObject.Version> releasedAfterAll(Document released, Throwable failure) {
        return lease.read().compose(there -> {
            boolean ours = !there.absent() && there.document().nonce().equals(released.nonce());
            if (ours && there.document().released()) {
                return Future.succeededFuture(there);
            }
            return ours ? lease.swap(there.etag(), released) : Future.failedFuture(failure);
        });
    }

    Document document() {
        return version.document();
    }

    Instant renewedAt() {
        return renewedAt;
    }

    String lastError() {
        return lastError;
    }

    boolean isFrozen() {
        return frozen;
    }

    /** What is left until the deadline, the lead not taken off; negative when it has passed. */
    Duration left() {
        return ticker.until(countedFrom + Duration.ofMillis(terms.ttlMs()).toNanos());
    }

    /**
     * Completes when we were the owner beyond doubt at an answer that the store dated so: by the last renewal's date and TTL less the margin,
     * or by a renewal begun after the call. A machine that slept through its TTL notices no clock of its own, so only the store's dates or a
     * compare-and-swap count.
     */
    Future<Void> beyondDoubt(Instant date) {
        if (!terms.leaser()) {
            return Future.succeededFuture();
        }
        Instant until =
                version.date() == null ? Instant.MIN : version.date().plusMillis(terms.ttlMs() - terms.marginMs());
        if (date != null && date.isBefore(until) && !frozen && !ended) {
            return Future.succeededFuture();
        }
        return renewFrom(ticker.nanos());
    }

    /** A store that sends no date proves nothing by it. */
    private static Instant known(Instant date) {
        return date == null || date.equals(ObjectInfo.NO_DATE) ? null : date;
    }

    private Future<Void> renewFrom(long notBefore) {
        if (ended || releasing) {
            return Future.failedFuture(CommandException.of(FailureCode.LEASE_LOST, "the lease is not held any more"));
        }
        Promise<Void> promise = Promise.promise();
        awaitingRenewal.add(promise);
        if (renewal == null) {
            renew();
        } else {
            // The one under way began before the call; it does not prove anything about it.
            renewal.onComplete(done -> {
                if (!ended && !promise.future().isComplete() && countedFrom < notBefore) {
                    renew();
                }
            });
        }
        return promise.future();
    }

    private void renew() {
        if (ended || releasing || renewal != null) {
            return;
        }
        vertx.cancelTimer(renewTimer);
        long began = ticker.nanos();
        List<Promise<Void>> asked = List.copyOf(awaitingRenewal);
        Document now = version.document();
        Document next = new Document(
                now.format(),
                now.environmentId(),
                now.generation(),
                now.owner(),
                now.nonce(),
                now.renewals() + 1,
                now.ttlMs(),
                false);
        Promise<Void> done = Promise.promise();
        renewal = done.future();
        lease.swap(version.etag(), next).onComplete(swapped -> {
            renewal = null;
            if (!ended && releasing && swapped.succeeded()) {
                version = swapped.result();
            } else if (!ended && !releasing) {
                if (swapped.succeeded()) {
                    renewed(swapped.result(), began, asked);
                } else {
                    notRenewed(swapped.cause());
                }
            }
            done.complete();
        });
    }

    private void renewed(LeaseObject.Version now, long began, List<Promise<Void>> asked) {
        version = now;
        renewedAt = known(now.date());
        countedFrom = began;
        lastError = null;
        awaitingRenewal.removeAll(asked);
        boolean thaw = frozen && left().toMillis() > terms.leadMs();
        counted();
        if (thaw) {
            frozen = false;
            watch.resumed();
        }
        asked.forEach(Promise::tryComplete);
    }

    private void notRenewed(Throwable failure) {
        lastError = failure.getMessage();
        boolean contested = StoreException.is(failure, StoreError.PRECONDITION_FAILED)
                || StoreException.is(failure, StoreError.CONFLICT);
        if (!contested) {
            retry();
            return;
        }
        lease.read().onComplete(read -> {
            if (ended || releasing) {
                return;
            }
            if (read.failed()) {
                retry();
            } else if (read.result().absent()) {
                lose("the lease object is gone");
            } else if (read.result()
                            .document()
                            .nonce()
                            .equals(version.document().nonce())
                    && !read.result().document().released()) {
                // The answer of our own earlier attempt was lost: go on from what it wrote. The time still counts from
                // the last success.
                version = read.result();
                renew();
            } else {
                Document other = read.result().document();
                lose(other.owner() + " took the lease (generation " + other.generation() + ")");
            }
        });
    }

    private void lose(String reason) {
        end();
        watch.lost(reason);
    }

    private void retry() {
        renewTimer = vertx.setTimer(Math.min(RETRY_MS, Math.max(1, terms.ttlMs() / RENEWALS_PER_TTL)), id -> renew());
    }

    /** Sets both timers anew from {@link #countedFrom}. */
    private void counted() {
        vertx.cancelTimer(renewTimer);
        vertx.cancelTimer(deadlineTimer);
        long act = left().toMillis() - terms.leadMs();
        if (act <= 0) {
            expire();
            return;
        }
        watch.mayActUntil(
                countedFrom + Duration.ofMillis(terms.ttlMs() - terms.leadMs()).toNanos());
        deadlineTimer = vertx.setTimer(act, id -> expire());
        renewTimer = vertx.setTimer(Math.max(1, terms.ttlMs() / RENEWALS_PER_TTL - sinceCounted()), id -> renew());
    }

    private long sinceCounted() {
        return Duration.ofNanos(ticker.nanos() - countedFrom).toMillis();
    }

    private void expire() {
        if (ended || releasing) {
            return;
        }
        if (!frozen) {
            frozen = true;
            watch.expired("the lease could not be renewed in time" + (lastError == null ? "" : ": " + lastError));
        }
        renew();
    }
}
