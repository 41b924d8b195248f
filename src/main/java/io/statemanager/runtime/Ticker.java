package io.statemanager.runtime;

import java.time.Duration;
import java.time.Instant;

/**
 * The two clocks of a machine behind one seam: a monotonic one for every interval and deadline, and a wall clock for what is only shown or
 * stored. No rule of ownership may rest on the wall clock. Safe for any thread.
 */
public interface Ticker {

    /** Nanoseconds of a monotonic clock with an arbitrary origin; only differences mean anything. */
    long nanos();

    /** The wall clock, for display and for documents. */
    Instant now();

    /** A deadline this far ahead, in {@link #nanos()} time. */
    default long deadline(Duration ahead) {
        return nanos() + ahead.toNanos();
    }

    /** What is left until a deadline; zero or negative when it has passed. */
    default Duration until(long deadline) {
        return Duration.ofNanos(deadline - nanos());
    }

    /** The machine's own clocks. */
    static Ticker system() {
        return new Ticker() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public Instant now() {
                return Instant.now();
            }
        };
    }
}
