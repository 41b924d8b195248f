package io.statemanager.supervision;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * When a process that ended is started again. The delay doubles from one short run to the next up to a cap, with up to a tenth added at
 * random so that many do not come back at once, and is back at its beginning after a run of {@code healthy}.
 *
 * @param mode after which ends there is a restart at all
 * @param delay before the first restart; may be zero
 * @param cap the longest delay, before the random part; a longer {@code delay} counts instead
 * @param healthy how long a run must last to count as one that was good
 * @param limit how many starts in a row may end in a short run before it counts as failed; empty for no limit
 */
record RestartPolicy(Mode mode, Duration delay, Duration cap, Duration healthy, OptionalInt limit) {
    /** From the second restart on there is some delay even where none is configured: never a busy loop. */
    private static final Duration LEAST_GROWING = Duration.ofMillis(100);

    private static final int LARGEST_SHIFT = 30;
    private static final double JITTER = 0.1;

    /** Which ends are followed by a restart. */
    public enum Mode {
        ALWAYS,
        ON_FAILURE,
        ON_SUCCESS,
        NEVER;

        /** As the configuration writes it. */
        public static Mode of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }

        boolean restartsAfter(boolean success) {
            return switch (this) {
                case ALWAYS -> true;
                case ON_FAILURE -> !success;
                case ON_SUCCESS -> success;
                case NEVER -> false;
            };
        }
    }

    public RestartPolicy {
        if (delay.isNegative() || cap.isNegative() || healthy.isNegative()) {
            throw new IllegalArgumentException("restart_delay is negative");
        }
    }

    /** Always, after 1 s, at most 30 s, good after 30 s, no limit. */
    public static RestartPolicy always() {
        return new RestartPolicy(
                Mode.ALWAYS,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                OptionalInt.empty());
    }

    public RestartPolicy with(Mode other) {
        return new RestartPolicy(other, delay, cap, healthy, limit);
    }

    public RestartPolicy withDelay(Duration other) {
        return new RestartPolicy(mode, other, cap, healthy, limit);
    }

    /**
     * The delay before the next start.
     *
     * @param shortRuns how many runs (or attempts to start) in a row were short, this one included; 0 after a good run
     * @param random from 0 to 1
     */
    public Duration delayAfter(int shortRuns, double random) {
        if (shortRuns <= 1) {
            return jittered(delay, random);
        }
        Duration base = max(delay, LEAST_GROWING);
        Duration ceiling = max(cap, base);
        long factor = 1L << Math.min(shortRuns - 1, LARGEST_SHIFT);
        boolean capped = base.toMillis() > ceiling.toMillis() / factor;
        return jittered(capped ? ceiling : base.multipliedBy(factor), random);
    }

    /** Whether so many short runs in a row are too many. */
    public boolean isExhausted(int shortRuns) {
        return limit.isPresent() && shortRuns >= limit.getAsInt();
    }

    private static Duration jittered(Duration base, double random) {
        return base.plusNanos((long) (base.toNanos() * JITTER * random));
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
