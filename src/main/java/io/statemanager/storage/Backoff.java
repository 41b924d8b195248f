package io.statemanager.storage;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt: doubling from a first pause to a cap, and of that a random part between one half and the
 * whole, so that many clients of a store that has failed do not come back in step.
 */
public record Backoff(Duration first, Duration cap) {
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    /** @param failures how many attempts have failed, from 1 */
    public Duration pause(int failures) {
        long full = first.toMillis() << Math.min(failures - 1, 20);
        long capped = Math.max(1, Math.min(full, cap.toMillis()));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong((capped + 1) / 2, capped + 1));
    }
}
