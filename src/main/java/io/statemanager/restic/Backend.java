package io.statemanager.restic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where a repository's objects are kept. Implementations are safe for use by many threads at once, block until the answer is there, and give every call a
 * deadline after which it fails: nothing in this package waits by itself.
 *
 * <p>Objects are never modified. All but configuration and keys are named by the SHA-256 of their bytes, so saving one again is harmless.
 */
public interface Backend {

    /**
     * Stores an object whole: afterwards it is durable, before nothing of it can be seen. An object of that name that is there already has the same bytes
     * and may be kept.
     *
     * @param data a heap buffer of up to 16 MiB, seldom more; the bytes between position and limit. They are not used any more after the call has
     *     succeeded; where it has failed, an attempt that was given up may still be sending them. Its position is not moved
     */
    void save(FileType type, String name, ByteBuffer data) throws IOException;

    /**
     * The object's bytes.
     *
     * @throws MissingObject where there is none
     */
    byte[] load(FileType type, String name) throws IOException;

    /**
     * Bytes {@code offset} to {@code offset + length} of an object; exactly that many. The length may come from a damaged index, so memory for it is taken
     * only when the object is known to be that long, or as the bytes arrive.
     *
     * @throws MissingObject where there is no such object
     * @throws CorruptObject where it ends before
     */
    byte[] load(FileType type, String name, long offset, int length) throws IOException;

    /** All objects of a type in any order; names that {@link FileType#nameAt} refuses are left out. */
    List<FileInfo> list(FileType type) throws IOException;

    /** Removes an object; one that is not there counts as removed. */
    void remove(FileType type, String name) throws IOException;
}
