package io.statemanager.checkpoint.restore;

/** Hears how far a restore is, from one thread. */
@FunctionalInterface
public interface RestoreListener {
    RestoreListener NONE = (done, total) -> {};

    /** {@code done} of {@code total} entries are as they must be. */
    void progress(long done, long total);
}
