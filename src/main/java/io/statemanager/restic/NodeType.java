package io.statemanager.restic;

import java.util.Locale;

/** What a tree's entry is. */
public enum NodeType {
    FILE,
    DIR,
    SYMLINK,
    /** A block device. */
    DEV,
    CHARDEV,
    FIFO,
    SOCKET,
    /** Something restic could not classify. */
    IRREGULAR;

    /** restic's name for it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
