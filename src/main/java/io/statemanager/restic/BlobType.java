package io.statemanager.restic;

import java.util.Locale;

/** What a blob holds: a piece of a file, or a directory as JSON. */
public enum BlobType {
    DATA,
    TREE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** restic's name for it in index files. */
    String label() {
        return label;
    }
}
