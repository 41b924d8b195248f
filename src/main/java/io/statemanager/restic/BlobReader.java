package io.statemanager.restic;

import java.io.IOException;
import java.util.Collection;

/**
 * Reads many blobs with few requests: groups them by pack, joins neighbours into ranges, fetches ranges in parallel, and hands out each blob verified. In
 * memory at once: {@link ReaderOptions#maxRequests} ranges and one blob for each.
 */
public final class BlobReader {

    BlobReader() {}

    /** Takes blobs on the executor's threads, several at once. */
    @FunctionalInterface
    public interface Consumer {
        /**
         * Takes one blob. Throwing ends the whole read with that exception.
         *
         * @param buffer holds the plaintext at {@code offset}; only valid during the call
         */
        void accept(BlobHandle blob, byte[] buffer, int offset, int length) throws IOException;
    }

    /**
     * Reads all the wanted blobs, each handed over exactly once, in no order that could be relied on. A damaged copy is replaced by another one where there
     * is any.
     *
     * @throws MissingObject and
     * @throws CorruptObject as {@link Repository#loadBlob} does; other blobs may have been handed over then
     */
    public void read(Collection<BlobHandle> wanted, Consumer consumer) throws IOException {
        throw new UnsupportedOperationException();
    }
}
