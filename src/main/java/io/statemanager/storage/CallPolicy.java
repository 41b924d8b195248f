package io.statemanager.storage;

import java.time.Duration;

/**
 * How long a call may take.
 *
 * @param attempt for one request whose body is small; bodies add the time that {@link #MIN_RATE} needs for them
 * @param total for the call with all its attempts and waits; bodies add likewise
 * @param urgent goes past the queue of other requests: for the lease, which must not wait behind uploads
 */
public record CallPolicy(Duration attempt, Duration total, boolean urgent) {

    /** What everything runs under unless it asks for something else. */
    public static final CallPolicy DEFAULT = new CallPolicy(Duration.ofSeconds(20), Duration.ofSeconds(90), false);

    /** Bytes per second below which a transfer counts as hung. */
    public static final long MIN_RATE = 128 * 1024;

    public CallPolicy {
        if (attempt.isNegative() || attempt.isZero() || total.compareTo(attempt) < 0) {
            throw new IllegalArgumentException("deadlines: attempt " + attempt + ", total " + total);
        }
    }

    /** One attempt and nothing after it, past every queue. */
    public static CallPolicy urgent(Duration deadline) {
        return new CallPolicy(deadline, deadline, true);
    }

    /** The same with no more than this time left. */
    public CallPolicy within(long nanosLeft) {
        Duration left = Duration.ofNanos(Math.max(nanosLeft, 1_000_000));
        return left.compareTo(total) >= 0
                ? this
                : new CallPolicy(attempt.compareTo(left) < 0 ? attempt : left, left, urgent);
    }

    /** The deadline of one attempt that carries so many bytes. */
    public Duration attemptFor(long bytes) {
        return attempt.plus(transfer(bytes));
    }

    /** The deadline of a whole call that carries so many bytes. */
    public Duration totalFor(long bytes) {
        return total.plus(transfer(bytes).multipliedBy(2));
    }

    private static Duration transfer(long bytes) {
        return Duration.ofSeconds(bytes / MIN_RATE);
    }
}
