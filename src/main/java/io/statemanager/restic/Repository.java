package io.statemanager.restic;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * An open repository: the entrance to everything in this package. Safe for use by many threads.
 *
 * <p>Write order, which restic's invariants demand: packs, then the index, then the snapshot. {@link BlobWriter#flush} keeps the first half, and {@link
 * #sealSnapshot} the second: it wants the flush's receipt and a root tree that a saved index lists.
 */
public final class Repository {

    private Repository() {}

    /**
     * Opens with a password. Reads keys and configuration; the index is loaded by {@link #loadIndex}.
     *
     * @throws WrongPassword where it opens no key
     * @throws MissingObject where there is no repository
     * @throws UnsupportedRepository where its version is neither 1 nor 2
     */
    public static Repository open(Backend backend, String password) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Opens with a master key that was unlocked before ({@link UnlockedKey#find}); costs one read. */
    public static Repository open(Backend backend, MasterKey key) throws IOException {
        throw new UnsupportedOperationException();
    }

    public RepositoryConfig config() {
        throw new UnsupportedOperationException();
    }

    /** To be kept in memory by those who will open again. */
    public MasterKey masterKey() {
        throw new UnsupportedOperationException();
    }

    /** Blobs that saved index files list, as of the last {@link #loadIndex} and of what our own writers added since. */
    public BlobIndex index() {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads all index files that are in the store now, in parallel on the executor, and replaces what was known: objects that are gone are forgotten,
     * superseded ones left out.
     */
    public void loadIndex(Executor executor) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * A blob's plaintext, authenticated and compared with its id; where a copy is damaged or gone, other packs that hold it are tried.
     *
     * @throws MissingObject where no index lists it
     * @throws CorruptObject where no copy is whole
     */
    public byte[] loadBlob(BlobHandle blob) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** A directory's entries in order, read in bounded memory however many there are. */
    public TreeReader loadTree(Id tree) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** A writer of blobs. Several may be open; each dedupes against {@link #index()} and its own blobs only. */
    public BlobWriter newWriter(WriterOptions options, Executor uploads) {
        throw new UnsupportedOperationException();
    }

    /** A reader of many blobs at once, for restores. */
    public BlobReader newReader(ReaderOptions options, Executor executor) {
        throw new UnsupportedOperationException();
    }

    /**
     * Encrypts a snapshot without saving it, so that its id and bytes can be committed elsewhere at the same time.
     *
     * @param receipt of the flush after which the tree was complete
     * @throws MissingObject where no saved index lists the snapshot's tree
     */
    public SealedSnapshot sealSnapshot(Snapshot snapshot, WriteReceipt receipt) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes a sealed snapshot's bytes up again, after a crash. They must be whole, of this repository, and their tree in a saved index; that all of the
     * tree is there is for {@link SnapshotCheck} to prove.
     */
    public SealedSnapshot unsealSnapshot(byte[] bytes) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Saves a sealed snapshot: from now on restic shows it. Repeating it is harmless. */
    public void saveSnapshot(SealedSnapshot sealed) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Reads one snapshot. */
    public Snapshot loadSnapshot(Id id) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The ids of all snapshots, from a listing. */
    public List<Id> listSnapshots() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Removes a snapshot object; its blobs stay until a prune. */
    public void removeSnapshot(Id id) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The repository's lock objects. */
    public Locks locks() {
        throw new UnsupportedOperationException();
    }
}
