package io.statemanager.restic;

import java.io.IOException;

/**
 * Writes a directory entry by entry, as the JSON that restic writes. Of a large directory only the compressed form is kept in memory. Confined to one
 * thread.
 */
public final class TreeBuilder {

    TreeBuilder() {}

    /** Adds an entry; names must ascend by unsigned bytes. */
    public void add(Node node) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Stores the tree. */
    public SavedBlob save() throws IOException {
        throw new UnsupportedOperationException();
    }
}
