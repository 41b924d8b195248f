package io.statemanager.checkpoint.scan;

import io.statemanager.linux.FileStat;

/** Which entries of a tree are taken, and which are not believed to be unchanged. Safe for several threads. */
public interface Selection {
    /** Everything, and timestamps are believed. */
    Selection ALL = (path, stat) -> true;

    /** Whether the entry at a raw path below the top belongs to the checkpoint; what lies below a directory that does not is not asked for. */
    boolean takes(String path, FileStat stat);

    /** Whether the file may have changed without its timestamps showing it. */
    default boolean isInDoubt(String path, FileStat stat) {
        return false;
    }
}
