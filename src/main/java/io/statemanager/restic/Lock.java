package io.statemanager.restic;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.function.LongPredicate;

/**
 * A lock's content: who works on the repository. restic refreshes a lock every five minutes by a new object and takes one of 30 minutes for stale.
 *
 * @param time when it was taken or refreshed, by its owner's clock
 * @param exclusive nobody else may use the repository meanwhile
 * @param pid of the owner, on its host
 */
public record Lock(
        OffsetDateTime time, boolean exclusive, String hostname, String username, long pid, long uid, long gid) {

    public Lock {
        Objects.requireNonNull(time);
        Objects.requireNonNull(hostname);
        Objects.requireNonNull(username);
    }

    /** The same lock at a later time. */
    public Lock at(OffsetDateTime now) {
        return new Lock(now, exclusive, hostname, username, pid, uid, gid);
    }

    /**
     * restic's own rule, by wall clocks: older than 30 minutes, or of this host and a process that is gone. {@link LockWatch} judges without them.
     *
     * @param hostname of this machine
     * @param processExists tells of a process of this machine
     */
    public boolean isStale(OffsetDateTime now, String hostname, LongPredicate processExists) {
        if (Duration.between(time, now).compareTo(LockWatch.STALE_AFTER) > 0) {
            return true;
        }
        return this.hostname.equals(hostname) && !processExists.test(pid);
    }
}
