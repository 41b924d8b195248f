package io.statemanager.restic;

import java.io.Closeable;
import java.io.IOException;

/** Reads a directory entry by entry, in ascending order of names. The tree was verified as a whole before the first entry is given. Confined to one thread. */
public final class TreeReader implements Closeable {

    TreeReader() {}

    /**
     * The next entry, or null behind the last.
     *
     * @throws CorruptObject where the tree is not what restic writes: names out of order, twice, empty, with a slash, or {@code .} and {@code ..}
     */
    public Node next() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
