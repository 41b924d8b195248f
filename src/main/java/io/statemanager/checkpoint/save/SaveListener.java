package io.statemanager.checkpoint.save;

/** Hears how far the reading of changed files is; from several threads, now and then. */
@FunctionalInterface
public interface SaveListener {
    SaveListener NONE = (done, total) -> {};

    /** {@code done} of {@code total} bytes are stored. */
    void progress(long done, long total);
}
