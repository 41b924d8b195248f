package io.statemanager.lease;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands.Found;
import io.statemanager.bus.LeaseCommands.Seek;
import io.statemanager.runtime.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Waits until the lease may be taken: where it is absent, released, or carries a nonce of our own at once; otherwise once the same ETag was
 * seen for the object's own TTL (at least ours) and a margin, by this machine's monotonic clock alone. No wall clock is compared with
 * anybody's.
 *
 * <p>Confined to the lease verticle's context. One contender waits once.
 */
final class Contender {
    private static final long MIN_POLL_MS = 100;
    private static final int POLLS_PER_TTL = 10;

    private final Vertx vertx;
    private final Ticker ticker;
    private final LeaseObject lease;
    private final Seek seek;
    private final Consumer<String> waiting;
    private final Promise<Found> found = Promise.promise();

    private String seenEtag;
    private long seenAt;
    private long timer = -1;
    private boolean ended;

    /** @param waiting told why it waits, each time the reason changes */
    Contender(Vertx vertx, Ticker ticker, LeaseObject lease, Seek seek, Consumer<String> waiting) {
        this.vertx = vertx;
        this.ticker = ticker;
        this.lease = lease;
        this.seek = seek;
        this.waiting = waiting;
    }

    Future<Found> start() {
        look();
        return found.future();
    }

    /** Gives up; the waiting future fails. */
    void cancel() {
        end(Future.failedFuture(CommandException.of(FailureCode.UNAVAILABLE, "waiting for the lease was given up")));
    }

    private void look() {
        lease.read().onComplete(read -> {
            if (ended) {
                return;
            }
            if (read.succeeded()) {
                seen(read.result());
            } else if (seek.patient() && !seek.failUnreadable()) {
                waiting.accept("the lease cannot be read: " + read.cause().getMessage());
                again();
            } else {
                end(Future.failedFuture(read.cause()));
            }
        });
    }

    private void seen(LeaseObject.Version version) {
        if (mayTake(version)) {
            end(Future.succeededFuture(new Found(version.document(), version.etag())));
            return;
        }
        if (!version.etag().equals(seenEtag)) {
            seenEtag = version.etag();
            seenAt = ticker.nanos();
        }
        String holder = version.document().owner() + " holds the lease (generation "
                + version.document().generation() + ")";
        if (!seek.patient()) {
            end(Future.failedFuture(CommandException.of(FailureCode.LEASE_HELD, holder)
                    .withHint(
                            "stop the other manager, or let it release the lease; an owner that is gone is replaced after its TTL")
                    .retryAfter(Duration.ofMillis(version.document().ttlMs()))));
            return;
        }
        waiting.accept(holder + "; unless it is renewed or released, it is taken over after "
                + Duration.ofMillis(patience(version)).toSeconds() + " s");
        again();
    }

    private boolean mayTake(LeaseObject.Version version) {
        if (version.absent() || version.document().released() || !seek.leaser()) {
            return true;
        }
        if (seek.ownNonces().contains(version.document().nonce())) {
            return true;
        }
        return version.etag().equals(seenEtag)
                && ticker.nanos() - seenAt
                        >= Duration.ofMillis(patience(version)).toNanos();
    }

    private long patience(LeaseObject.Version version) {
        return Math.max(version.document().ttlMs(), seek.ttlMs()) + seek.marginMs();
    }

    private void again() {
        timer = vertx.setTimer(Math.max(MIN_POLL_MS, seek.ttlMs() / POLLS_PER_TTL), id -> look());
    }

    private void end(Future<Found> outcome) {
        if (!ended) {
            ended = true;
            vertx.cancelTimer(timer);
            outcome.onComplete(found);
        }
    }
}
