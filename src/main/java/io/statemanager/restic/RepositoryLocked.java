package io.statemanager.restic;

/** Somebody else holds an exclusive lock (a prune, a repair), so the repository must not be written to, and what was read before may be outdated. */
public final class RepositoryLocked extends RepositoryException {

    private static final long serialVersionUID = 1L;

    private final transient StoredLock lock;

    public RepositoryLocked(StoredLock lock) {
        super("the repository is locked " + lock.describe(), null);
        this.lock = lock;
    }

    public StoredLock lock() {
        return lock;
    }
}
