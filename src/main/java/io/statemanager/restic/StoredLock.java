package io.statemanager.restic;

/**
 * A lock object in the repository.
 *
 * @param info its line in the listing: name, size, age by the store's clock
 * @param lock what it says; null where it cannot be read, which counts as an exclusive lock of an unknown owner
 */
public record StoredLock(FileInfo info, Lock lock) {

    public Id id() {
        return Id.parse(info.name());
    }

    public boolean exclusive() {
        return lock == null || lock.exclusive();
    }

    /** For messages: how and by whom. */
    public String describe() {
        if (lock == null) {
            return "by an object that cannot be read: lock " + info.name();
        }
        return (lock.exclusive() ? "exclusively" : "") + " by process " + lock.pid() + " of " + lock.username() + " on "
                + lock.hostname() + " since " + lock.time() + " (lock " + info.name() + ")";
    }
}
