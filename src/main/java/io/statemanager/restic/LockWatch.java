package io.statemanager.restic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Judges which locks are in force by our own observation alone: a living owner replaces its lock every five minutes, so one that we have seen unchanged
 * for 30 minutes of our own monotonic clock is stale, whatever the clocks of others say. Confined to one thread.
 */
public final class LockWatch {

    /** restic's limit. */
    public static final Duration STALE_AFTER = Duration.ofMinutes(30);

    private final LongSupplier nanoClock;
    private final Map<Id, Long> firstSeen = new HashMap<>();

    /** @param nanoClock monotonic nanoseconds, as {@code System::nanoTime} */
    public LockWatch(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Takes note of the locks that are there now, and returns those that are not stale. Locks that are gone are forgotten. */
    public List<StoredLock> observe(Collection<StoredLock> locks) {
        long now = nanoClock.getAsLong();
        Set<Id> present = new HashSet<>();
        List<StoredLock> inForce = new ArrayList<>();
        for (StoredLock lock : locks) {
            present.add(lock.id());
            long seen = firstSeen.computeIfAbsent(lock.id(), id -> now);
            if (now - seen < STALE_AFTER.toNanos()) {
                inForce.add(lock);
            }
        }
        firstSeen.keySet().retainAll(present);
        return inForce;
    }

    /** As {@link #observe}, and fails where a lock in force is exclusive and not one of ours. */
    public void requireUnlocked(Collection<StoredLock> locks, Collection<Id> ours) throws RepositoryLocked {
        for (StoredLock lock : observe(locks)) {
            if (lock.exclusive() && !ours.contains(lock.id())) {
                throw new RepositoryLocked(lock);
            }
        }
    }
}
