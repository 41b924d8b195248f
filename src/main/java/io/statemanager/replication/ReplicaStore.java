package io.statemanager.replication;

import io.statemanager.ltx.LtxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The environment's replicas as this room needs them: blocking, each call with a deadline. Failures of the store are {@link
 * io.statemanager.storage.StoreException}s. A write that returned has happened, is durable and counts as ours; one that failed otherwise
 * than with {@link TakenException} may have happened, and is repeated with the same nonce and bytes until its outcome is known.
 */
public interface ReplicaStore {
    /** Most bytes that {@link #read} gives at once. */
    int MAX_READ = 2 << 20;

    /** Part of a file, and the metadata of the same version. The bytes belong to whoever asked; nobody compares these records. */
    @SuppressWarnings("ArrayRecordComponent")
    record Part(byte[] bytes, Map<String, String> metadata) {}

    /** A document and what its next version is swapped against. */
    @SuppressWarnings("ArrayRecordComponent")
    record Document(byte[] bytes, String etag) {}

    /**
     * A file as a listing shows it.
     *
     * @param age since it was written, by the store's clock alone; zero where the store does not tell the time
     * @param created when it was written, by the store's clock
     */
    record Stored(LtxFile file, Duration age, Instant created) {}

    /** All files of a replica, of all levels. */
    default List<LtxFile> list(String key) {
        return inventory(key).stream().map(Stored::file).toList();
    }

    /** The same with their ages. */
    List<Stored> inventory(String key);

    /** Reads up to {@code length} bytes, fewer only at the end of the file. */
    Part read(String key, LtxFile file, long offset, int length);

    /** Creates a file of a replica from a local one. The metadata holds a nonce that is kept with these bytes for ever. */
    void create(String key, LtxFile file, Path content, Map<String, String> metadata) throws TakenException;

    /** Creates a file as a copy of another one, inside the store. */
    void copy(String key, LtxFile from, LtxFile to) throws TakenException;

    /** The list of replicas, {@code databases.json}; empty where there is none yet. */
    Optional<Document> catalog();

    /** Writes it over the version that was read, or creates it where {@code etag} is null; false where somebody else was faster. */
    boolean swapCatalog(String etag, byte[] bytes);

    /** A file of this name is there and it is not ours: somebody else owned the environment, or still thinks so. */
    final class TakenException extends IOException {
        private static final long serialVersionUID = 1L;

        TakenException(String what) {
            super(what + ": is there already, written by somebody else");
        }
    }
}
