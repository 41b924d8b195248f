package io.statemanager.restic;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Judges which foreign locks are in force by our own observation alone: a living owner replaces its lock every five minutes, so one that we have seen
 * unchanged for 30 minutes of our own monotonic clock is stale, whatever the clocks of others say. Confined to one thread.
 */
public final class LockWatch {

    /** restic's limit. */
    public static final Duration STALE_AFTER = Duration.ofMinutes(30);

    /** @param nanoClock monotonic nanoseconds, {@code System::nanoTime} */
    public LockWatch(java.util.function.LongSupplier nanoClock) {
        throw new UnsupportedOperationException();
    }

    /** Takes note of the locks that are there now, and returns those that are not stale. Locks not among them any more are forgotten. */
    public List<StoredLock> observe(Collection<StoredLock> locks) {
        throw new UnsupportedOperationException();
    }

    /** As {@link #observe}, and fails where a lock in force is exclusive and not one of ours. */
    public void requireUnlocked(Collection<StoredLock> locks, Collection<Id> ours) throws RepositoryLocked {
        throw new UnsupportedOperationException();
    }
}
