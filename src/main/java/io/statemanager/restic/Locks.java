package io.statemanager.restic;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The lock objects of a repository. Safe for use by many threads; holds no timer: refreshing each five minutes is the caller's. */
public final class Locks {

    Locks() {}

    /** Saves a lock object. To take a lock as restic does: look for others, create, wait 200 ms, look again, and remove it if there is one. */
    public Id create(Lock lock) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Replaces a lock by a newer one: the new object first, then the old one's removal. */
    public Id refresh(Id old, Lock lock) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Removes a lock object; one that is gone counts as removed. */
    public void remove(Id id) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Our lock's line in the listing, to compare its age by the store's clock. */
    public Optional<FileInfo> find(Id id) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** All lock objects. Empty ones (an interrupted upload) and those that vanish while being read are left out, as restic does. */
    public List<StoredLock> list() throws IOException {
        throw new UnsupportedOperationException();
    }
}
