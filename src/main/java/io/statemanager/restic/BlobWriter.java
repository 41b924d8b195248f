package io.statemanager.restic;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Stores blobs: hashes, leaves out what is known, compresses, encrypts, and gathers them in packs that are uploaded in the background. The work of a blob
 * is done on the thread that brings it; any number of threads may bring blobs at once, and wait where too many packs are on their way. They must not be
 * threads that the uploads need.
 *
 * <p>A blob counts as stored only after {@link #flush}: until then no index lists it. After any failure the writer is broken and every call repeats the
 * failure; what was uploaded is then garbage for a prune, nothing refers to it.
 */
public final class BlobWriter implements AutoCloseable {

    private static final byte[] NO_PREFIX = {};

    private final CodecPool codecs;
    private final BlobIndex index;
    private final WriterOptions options;
    private final boolean compress;
    private final IndexWriter indexWriter;
    private final PackUploads uploads;
    /** What was brought to this writer and is in no saved index yet. */
    private final Set<BlobHandle> pending = ConcurrentHashMap.newKeySet();

    private final Set<Id> reliedOn = ConcurrentHashMap.newKeySet();
    private final Map<BlobType, PackBuilder> open = new EnumMap<>(BlobType.class);
    private final Map<BlobType, AtomicInteger> counts =
            new EnumMap<>(Map.of(BlobType.DATA, new AtomicInteger(), BlobType.TREE, new AtomicInteger()));
    private final AtomicLong rawBytes = new AtomicLong();

    BlobWriter(
            Backend backend,
            CodecPool codecs,
            Documents documents,
            BlobIndex index,
            boolean compress,
            WriterOptions options,
            Executor executor) {
        this.codecs = codecs;
        this.index = index;
        this.options = options;
        this.compress = compress;
        this.indexWriter = new IndexWriter(documents, index, compress, this::forgetIndexed);
        this.uploads = new PackUploads(backend, executor, indexWriter, options.maxUploads(), options.packSize());
    }

    public SavedBlob save(BlobType type, byte[] plain) throws IOException {
        return save(type, plain, 0, plain.length);
    }

    /** Stores a blob; the array may be used again after the call. */
    public SavedBlob save(BlobType type, byte[] plain, int offset, int length) throws IOException {
        uploads.rethrow();
        try (Codec codec = codecs.take()) {
            Id id = codec.hash(plain, offset, length);
            if (!begin(new BlobHandle(type, id))) {
                return new SavedBlob(id, 0);
            }
            // A blob without bytes cannot be marked as compressed: its raw length is the mark.
            int level = compress && length > 0 ? options.compressionLevel() : 0;
            int sealed = codec.seal(NO_PREFIX, plain, offset, length, level);
            return store(codec, type, id, codec.sealed(), sealed, level == 0 ? 0 : length, length);
        } catch (IOException | RuntimeException | Error e) {
            uploads.breakOff(e);
            throw e;
        }
    }

    /**
     * Declares that something written through this writer refers to a blob that was stored before (an unchanged file). Of an unchanged directory only the
     * tree itself is looked at, not what it names.
     *
     * @return false where the blob is unknown or lies only in packs to avoid: it must then be brought anew
     */
    public boolean reuse(BlobHandle blob) {
        return pending.contains(blob) || relyOn(blob);
    }

    /** Begins a directory. */
    public TreeBuilder newTree() {
        return new TreeBuilder(this);
    }

    /**
     * Uploads what is left, waits for all packs, then saves the index. May be called repeatedly, by one thread at a time.
     *
     * @return everything that this writer has stored since it was made
     */
    public WriteReceipt flush() throws IOException {
        try (Codec codec = codecs.take()) {
            for (BlobType type : BlobType.values()) {
                upload(codec, takeOpen(type));
            }
            uploads.awaitAll();
            indexWriter.flush();
        } catch (IOException | RuntimeException | Error e) {
            uploads.breakOff(e);
            throw e;
        }
        return new WriteReceipt(
                uploads.packs(),
                indexWriter.saved(),
                counts.get(BlobType.DATA).get(),
                counts.get(BlobType.TREE).get(),
                rawBytes.get(),
                uploads.bytes());
    }

    /** Packs of others that hold blobs which this writer met as known, or was told of by {@link #reuse}. */
    public Set<Id> packsReliedOn() {
        Set<Id> own = Set.copyOf(uploads.packs());
        return reliedOn.stream().filter(pack -> !own.contains(pack)).collect(Collectors.toUnmodifiableSet());
    }

    /** Ends the writer; what is not flushed is dropped. Returns when no upload of it is running any more. */
    @Override
    public void close() {
        uploads.breakOff(new IllegalStateException("it is closed"));
        uploads.awaitQuiet();
        codecs.trim();
    }

    boolean compresses() {
        return compress;
    }

    int compressionLevel() {
        return options.compressionLevel();
    }

    CodecPool codecs() {
        return codecs;
    }

    /** Whether the blob is new to this writer and to the index; if so it must be stored now, since others count on it. */
    boolean begin(BlobHandle blob) {
        if (!pending.add(blob)) {
            return false;
        }
        if (relyOn(blob)) {
            pending.remove(blob);
            return false;
        }
        return true;
    }

    private boolean relyOn(BlobHandle blob) {
        Optional<PackedBlob> place = index.findToBuildOn(blob);
        place.ifPresent(found -> reliedOn.add(found.pack()));
        return place.isPresent();
    }

    /** Stores a blob that is compressed already, at index 16 of an array that has 16 bytes free behind it. */
    SavedBlob storeCompressed(BlobType type, Id id, byte[] buffer, int length, int rawLength) throws IOException {
        uploads.rethrow();
        try (Codec codec = codecs.take()) {
            return store(codec, type, id, buffer, codec.sealer().seal(buffer, 0, length), rawLength, rawLength);
        } catch (IOException | RuntimeException | Error e) {
            uploads.breakOff(e);
            throw e;
        }
    }

    /** Puts sealed bytes into a pack. */
    private SavedBlob store(
            Codec codec, BlobType type, Id id, byte[] sealed, int sealedLength, int rawLength, long plainLength)
            throws IOException {
        if (options.verify() && !codec.reads(sealed, sealedLength, rawLength, id)) {
            throw new CorruptObject(
                    new BlobHandle(type, id).toString(),
                    "it does not read back before it is stored; the machine's memory is at fault");
        }
        boolean added = false;
        while (!added) {
            PackBuilder full = null;
            synchronized (open) {
                PackBuilder pack =
                        open.computeIfAbsent(type, t -> new PackBuilder(t, uploads.buffer(), options.fullPack()));
                added = pack.isEmpty() || pack.fits(sealedLength, options.fullPack());
                if (added) {
                    pack.add(id, sealed, sealedLength, rawLength);
                }
                if (!added || pack.size() >= options.packSize()) {
                    full = rotate(type);
                }
            }
            upload(codec, full);
        }
        counts.get(type).incrementAndGet();
        rawBytes.addAndGet(plainLength);
        return new SavedBlob(id, sealedLength + PackHeader.entryLength(rawLength != 0));
    }

    private PackBuilder takeOpen(BlobType type) throws IOException {
        synchronized (open) {
            PackBuilder pack = open.get(type);
            return pack == null ? null : rotate(type);
        }
    }

    /** Under the lock, so that nobody fills another pack while too many are on their way. */
    private PackBuilder rotate(BlobType type) throws IOException {
        uploads.reserve();
        return open.remove(type);
    }

    private void upload(Codec codec, PackBuilder pack) throws IOException {
        if (pack == null) {
            return;
        }
        PackBuilder.Finished finished;
        try {
            finished = pack.finish(codec);
        } catch (IOException | RuntimeException | Error e) {
            uploads.fail(e);
            throw e;
        }
        uploads.start(finished);
    }

    private void forgetIndexed(List<PackedBlob> blobs) {
        for (PackedBlob blob : blobs) {
            pending.remove(blob.handle());
        }
    }
}
