package io.statemanager.checkpoint.save;

import io.statemanager.linux.FileStat;

/** Files whose content may change without their times showing it. Safe for several threads. */
@FunctionalInterface
public interface HeldFiles {
    HeldFiles NONE = (path, stat) -> false;

    /** {@code path}: raw, below the top. */
    boolean contains(String path, FileStat stat);
}
