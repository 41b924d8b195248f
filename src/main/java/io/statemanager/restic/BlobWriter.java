package io.statemanager.restic;

import java.io.IOException;
import java.util.Set;

/**
 * Stores blobs: hashes, leaves out what is known, compresses, encrypts, and gathers them in packs that are uploaded in the background. The work of a blob
 * is done on the thread that brings it; any number of threads may bring blobs at once, and wait where too many packs are on their way. They must not be
 * threads that the uploads need.
 *
 * <p>A blob counts as stored only after {@link #flush}: until then no index lists it. After any failure the writer is broken and every call repeats the
 * failure; what was uploaded is then garbage for a prune, nothing refers to it.
 */
public final class BlobWriter implements AutoCloseable {

    BlobWriter() {}

    public SavedBlob save(BlobType type, byte[] plain) throws IOException {
        return save(type, plain, 0, plain.length);
    }

    /** Stores a blob of at most 2^31 - 1 bytes; the array may be used again after the call. */
    public SavedBlob save(BlobType type, byte[] plain, int offset, int length) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Declares that something written through this writer refers to a blob that was stored before (an unchanged file).
     *
     * @return false where the blob is unknown or lies only in packs to avoid: it must then be brought anew
     */
    public boolean reuse(BlobHandle blob) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Begins a directory. */
    public TreeBuilder newTree() {
        throw new UnsupportedOperationException();
    }

    /**
     * Uploads what is left, waits for all packs, then saves the index. May be called repeatedly.
     *
     * @return everything that this writer has stored since it was made
     */
    public WriteReceipt flush() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Packs that were there before and hold blobs that this writer met as known or was told of by {@link #reuse}. */
    public Set<Id> packsReliedOn() {
        throw new UnsupportedOperationException();
    }

    /** Ends the writer; what is not flushed is dropped. Returns when no upload of it is running any more. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
