package io.statemanager.restic;

import java.time.OffsetDateTime;

/**
 * A lock's content: who works on the repository. restic refreshes a lock every five minutes by a new object and takes one of 30 minutes for stale.
 *
 * @param time when it was taken or refreshed, by its owner's clock
 * @param exclusive nobody else may use the repository meanwhile
 * @param pid of the owner, on its host
 */
public record Lock(
        OffsetDateTime time, boolean exclusive, String hostname, String username, long pid, long uid, long gid) {

    /** The same lock at a later time. */
    public Lock at(OffsetDateTime now) {
        return new Lock(now, exclusive, hostname, username, pid, uid, gid);
    }
}
