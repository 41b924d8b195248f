package io.statemanager.restic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * An open repository: the entrance to everything in this package. Safe for use by many threads. Closing it frees memory outside the heap; what was read
 * through it stays valid.
 *
 * <p>Write order, which restic's invariants demand: packs, then the index, then the snapshot. {@link BlobWriter#flush} keeps the first half, and {@link
 * #sealSnapshot} the second: it wants the flush's receipt and a root tree that a saved index lists.
 */
public final class Repository implements AutoCloseable {

    private final Backend backend;
    private final CodecPool codecs;
    private final Documents documents;
    private final RepositoryConfig config;
    private final BlobIndex index = new BlobIndex();
    private final IndexLoader indexLoader;
    private final BlobLoader blobs;
    private final Locks locks;

    private Repository(Backend backend, CodecPool codecs, Documents documents, RepositoryConfig config) {
        this.backend = backend;
        this.codecs = codecs;
        this.documents = documents;
        this.config = config;
        this.indexLoader = new IndexLoader(backend, documents, index);
        this.blobs = new BlobLoader(backend, codecs, index);
        this.locks = new Locks(backend, documents, config.compressed());
    }

    /**
     * Opens with a password. Reads keys and configuration; the index is loaded by {@link #loadIndex}.
     *
     * @throws WrongPassword where it opens no key
     * @throws MissingObject where there is no repository
     * @throws UnsupportedRepository where its version is neither 1 nor 2
     */
    public static Repository open(Backend backend, String password) throws IOException {
        return open(backend, UnlockedKey.find(backend, password).masterKey());
    }

    /** Opens with a master key that was unlocked before ({@link UnlockedKey#find}); costs one read. */
    public static Repository open(Backend backend, MasterKey key) throws IOException {
        CodecPool codecs = new CodecPool(key);
        try {
            Documents documents = new Documents(backend, codecs);
            try (JsonReader json = documents.open(FileType.CONFIG, "", backend.load(FileType.CONFIG, ""))) {
                return new Repository(backend, codecs, documents, RepositoryConfig.read(json));
            }
        } catch (IOException | RuntimeException e) {
            codecs.close();
            throw e;
        }
    }

    public RepositoryConfig config() {
        return config;
    }

    /** To be kept in memory by those who will open again. */
    public MasterKey masterKey() {
        return codecs.key();
    }

    /** Blobs that saved index files list, as of the last {@link #loadIndex} and of what our own writers added since. */
    public BlobIndex index() {
        return index;
    }

    /**
     * Reads the index files that are in the store now and not known yet, in parallel on the executor. Where known ones are gone, or superseded, what they
     * said is forgotten and the rest read anew.
     */
    public void loadIndex(Executor executor) throws IOException {
        indexLoader.load(executor);
    }

    /**
     * A blob's plaintext, authenticated and compared with its id; where a copy is damaged or gone, other packs that hold it are tried.
     *
     * @throws MissingObject where no index lists it
     * @throws CorruptObject where no copy is whole
     */
    public byte[] loadBlob(BlobHandle blob) throws IOException {
        return blobs.load(blob);
    }

    /** A directory's entries in order, read in memory that its compressed size bounds. */
    public TreeReader loadTree(Id tree) throws IOException {
        return new TreeReader(tree, blobs.stream(new BlobHandle(BlobType.TREE, tree)));
    }

    /** A writer of blobs. Several may be open; each dedupes against {@link #index()} and its own blobs only. */
    public BlobWriter newWriter(WriterOptions options, Executor uploads) {
        return new BlobWriter(backend, codecs, documents, index, config.compressed(), options, uploads);
    }

    /** A reader of many blobs at once, for restores. */
    public BlobReader newReader(ReaderOptions options, Executor executor) {
        return new BlobReader(backend, codecs, index, blobs, options, executor);
    }

    /**
     * Encrypts a snapshot without saving it, so that its id and bytes can be committed elsewhere at the same time.
     *
     * @param receipt of the flush after which the tree was complete
     * @throws MissingObject where no saved index lists the snapshot's tree
     */
    public SealedSnapshot sealSnapshot(Snapshot snapshot, WriteReceipt receipt) throws IOException {
        java.util.Objects.requireNonNull(receipt, "a snapshot is sealed after its blobs are stored");
        requireTree(snapshot);
        byte[] bytes = documents.seal(SnapshotJson.write(snapshot), config.compressed());
        return new SealedSnapshot(Id.hashOf(bytes), bytes, snapshot);
    }

    /**
     * Takes a sealed snapshot's bytes up again, after a crash. They must be whole, of this repository, and their tree in a saved index; that all of the
     * tree is there is for {@link SnapshotCheck} to prove.
     */
    public SealedSnapshot unsealSnapshot(byte[] bytes) throws IOException {
        Id id = Id.hashOf(bytes);
        Snapshot snapshot = SnapshotJson.read(documents.open(FileType.SNAPSHOT, id.toString(), bytes.clone()), id);
        requireTree(snapshot);
        return new SealedSnapshot(id, bytes.clone(), snapshot);
    }

    /** Saves a sealed snapshot: from now on restic shows it. Repeating it is harmless. */
    public void saveSnapshot(SealedSnapshot sealed) throws IOException {
        backend.save(FileType.SNAPSHOT, sealed.id().toString(), java.nio.ByteBuffer.wrap(sealed.bytes()));
    }

    /** Reads one snapshot. */
    public Snapshot loadSnapshot(Id id) throws IOException {
        return SnapshotJson.read(documents.load(FileType.SNAPSHOT, id), id);
    }

    /** The ids of all snapshots, from a listing, in the order of their names. */
    public List<Id> listSnapshots() throws IOException {
        List<Id> ids = new ArrayList<>();
        for (FileInfo info : backend.list(FileType.SNAPSHOT)) {
            ids.add(Id.parse(info.name()));
        }
        ids.sort(Comparator.naturalOrder());
        return ids;
    }

    /** Removes a snapshot object; its blobs stay until a prune. */
    public void removeSnapshot(Id id) throws IOException {
        backend.remove(FileType.SNAPSHOT, id.toString());
    }

    /** The repository's lock objects. */
    public Locks locks() {
        return locks;
    }

    Backend backend() {
        return backend;
    }

    @Override
    public void close() {
        codecs.close();
    }

    private void requireTree(Snapshot snapshot) throws MissingObject {
        BlobHandle tree = new BlobHandle(BlobType.TREE, snapshot.tree());
        if (!index.contains(tree)) {
            throw new MissingObject("the snapshot's root, " + tree + ",");
        }
    }
}
