package io.statemanager.restic;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Reads many blobs with few requests: groups them by pack, joins neighbours into ranges, fetches ranges in parallel, and hands out each blob verified. In
 * memory at once: {@link ReaderOptions#maxRequests} ranges with one unpacked blob each, and some 150 bytes for each wanted blob, so that very many are
 * better wanted in portions. Safe for use by many threads.
 */
public final class BlobReader {

    private final Backend backend;
    private final CodecPool codecs;
    private final BlobIndex index;
    private final BlobLoader loader;
    private final ReaderOptions options;
    private final Executor executor;

    BlobReader(
            Backend backend,
            CodecPool codecs,
            BlobIndex index,
            BlobLoader loader,
            ReaderOptions options,
            Executor executor) {
        this.backend = backend;
        this.codecs = codecs;
        this.index = index;
        this.loader = loader;
        this.options = options;
        this.executor = executor;
    }

    /** Takes blobs, on the executor's threads and the calling one, several at once. */
    @FunctionalInterface
    public interface Consumer {
        /**
         * Takes one blob. Throwing ends the whole read with that exception.
         *
         * @param buffer holds the plaintext at {@code offset}; only valid during the call, and may be modified
         */
        void accept(BlobHandle blob, byte[] buffer, int offset, int length) throws IOException;

        /** Is told of a blob that cannot be had whole. Throws it unless overridden; returning goes on with the others. */
        default void failed(BlobHandle blob, RepositoryException failure) throws IOException {
            throw failure;
        }
    }

    /** Takes directories, as {@link Consumer} takes blobs. */
    @FunctionalInterface
    public interface TreeConsumer {
        void accept(Id tree, TreeReader reader) throws IOException;

        default void failed(Id tree, RepositoryException failure) throws IOException {
            throw failure;
        }
    }

    /**
     * Reads all the wanted blobs, each handed over exactly once, in no order that could be relied on. A damaged copy is replaced by another one where there
     * is any.
     *
     * @param wanted without doubles
     * @throws MissingObject and
     * @throws CorruptObject as {@link Repository#loadBlob} does; other blobs may have been handed over then
     */
    public void read(Collection<BlobHandle> wanted, Consumer consumer) throws IOException {
        List<List<PackedBlob>> ranges = new ArrayList<>();
        for (List<PackedBlob> inPack : byPack(wanted, consumer).values()) {
            inPack.sort((a, b) -> Long.compare(a.offset(), b.offset()));
            split(inPack, ranges);
        }
        Parallel.forEach(executor, options.maxRequests(), ranges.iterator(), range -> readRange(range, consumer));
        codecs.trim();
    }

    /** Reads directories as {@link #read} reads blobs; those that are large are unpacked as a stream. */
    public void readTrees(Collection<Id> wanted, TreeConsumer consumer) throws IOException {
        List<BlobHandle> small = new ArrayList<>();
        List<Id> large = new ArrayList<>();
        for (Id tree : wanted) {
            BlobHandle blob = new BlobHandle(BlobType.TREE, tree);
            if (index.find(blob)
                    .filter(place -> place.plainLength() > Plain.STREAM_FROM)
                    .isPresent()) {
                large.add(tree);
            } else {
                small.add(blob);
            }
        }
        read(small, new ParsingConsumer(consumer));
        Parallel.forEach(executor, options.maxRequests(), large.iterator(), tree -> readLarge(tree, consumer));
    }

    private void readLarge(Id tree, TreeConsumer consumer) throws IOException {
        InputStream in;
        try {
            in = loader.stream(new BlobHandle(BlobType.TREE, tree));
        } catch (RepositoryException e) {
            consumer.failed(tree, e);
            return;
        }
        hand(tree, in, consumer);
    }

    private static void hand(Id tree, InputStream in, TreeConsumer consumer) throws IOException {
        try (TreeReader reader = new TreeReader(tree, in)) {
            consumer.accept(tree, reader);
        }
    }

    private Map<Id, List<PackedBlob>> byPack(Collection<BlobHandle> wanted, Consumer consumer) throws IOException {
        Map<Id, List<PackedBlob>> packs = new LinkedHashMap<>();
        for (BlobHandle blob : wanted) {
            PackedBlob place = index.find(blob).orElse(null);
            if (place == null) {
                consumer.failed(blob, new MissingObject(blob.toString()));
            } else {
                packs.computeIfAbsent(place.pack(), pack -> new ArrayList<>()).add(place);
            }
        }
        return packs;
    }

    private void split(List<PackedBlob> sorted, List<List<PackedBlob>> ranges) {
        List<PackedBlob> range = new ArrayList<>();
        for (PackedBlob blob : sorted) {
            if (!range.isEmpty() && !joins(range, blob)) {
                ranges.add(range);
                range = new ArrayList<>();
            }
            range.add(blob);
        }
        ranges.add(range);
    }

    private boolean joins(List<PackedBlob> range, PackedBlob next) {
        long gap = next.offset() - end(range);
        // Where an index claims that blobs overlap, decrypting one in place would spoil the other.
        return gap >= 0
                && gap <= options.maxGap()
                && next.offset() + next.length() - range.get(0).offset() <= options.maxRange();
    }

    private static long end(List<PackedBlob> range) {
        PackedBlob last = range.get(range.size() - 1);
        return last.offset() + last.length();
    }

    private void readRange(List<PackedBlob> range, Consumer consumer) throws IOException {
        long start = range.get(0).offset();
        byte[] bytes = fetch(range.get(0).pack(), start, (int) (end(range) - start));
        try (Codec codec = codecs.take()) {
            for (PackedBlob blob : range) {
                Plain plain = bytes == null ? null : open(codec, bytes, (int) (blob.offset() - start), blob);
                if (plain == null) {
                    readElsewhere(blob.handle(), consumer);
                } else {
                    consumer.accept(blob.handle(), plain.array(), plain.offset(), plain.length());
                }
            }
        }
    }

    /** Null where the pack is gone or too short: each of its blobs is then looked for elsewhere. */
    private byte[] fetch(Id pack, long offset, int length) throws IOException {
        try {
            byte[] bytes = backend.load(FileType.PACK, pack.toString(), offset, length);
            return bytes.length == length ? bytes : null;
        } catch (MissingObject | CorruptObject e) {
            return null;
        }
    }

    private static Plain open(Codec codec, byte[] bytes, int offset, PackedBlob blob) {
        try {
            return Plain.open(codec, bytes, offset, blob);
        } catch (CorruptObject e) {
            return null;
        }
    }

    /** Tries all copies, the first one once more; what is wrong with them is found out there. */
    private void readElsewhere(BlobHandle blob, Consumer consumer) throws IOException {
        byte[] plain;
        try {
            plain = loader.load(blob);
        } catch (RepositoryException e) {
            consumer.failed(blob, e);
            return;
        }
        consumer.accept(blob, plain, 0, plain.length);
    }

    /** Makes directories of blobs. */
    private record ParsingConsumer(TreeConsumer consumer) implements Consumer {
        @Override
        public void accept(BlobHandle blob, byte[] buffer, int offset, int length) throws IOException {
            hand(blob.id(), new ByteArrayInputStream(buffer, offset, length), consumer);
        }

        @Override
        public void failed(BlobHandle blob, RepositoryException failure) throws IOException {
            consumer.failed(blob.id(), failure);
        }
    }
}
