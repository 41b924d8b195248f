package io.statemanager.restic;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;

/**
 * Writes a directory entry by entry, as the JSON that restic writes. Of a large directory only the compressed form is kept in memory. Confined to one
 * thread; of use once.
 */
public final class TreeBuilder {

    /** A directory of some 3,000 entries. */
    private static final int STREAM_FROM = Plain.STREAM_FROM;

    private static final int FEED = 64 * 1024;

    private final BlobWriter writer;
    private final JsonWriter json = new JsonWriter(4096);
    private RawString last = RawString.EMPTY;
    private MessageDigest sha;
    private SealedBuffer compressed;
    private ZstdOutputStreamNoFinalizer zip;
    private long streamed;

    TreeBuilder(BlobWriter writer) {
        this.writer = writer;
        json.raw("{\"nodes\":[");
    }

    /**
     * Adds an entry.
     *
     * @throws IllegalArgumentException where its name does not come behind the one before, by unsigned bytes
     */
    public void add(Node node) throws IOException {
        if (node.name().compareTo(last) <= 0) {
            throw new IllegalArgumentException(
                    "the entries of a directory are not in order: " + node.name() + " after " + last);
        }
        if (!last.isEmpty()) {
            json.raw(',');
        }
        last = node.name();
        NodeJson.write(json, node);
        if (json.length() >= (zip == null ? STREAM_FROM : FEED) && writer.compresses()) {
            drain();
        }
    }

    /** Stores the tree. */
    public SavedBlob save() throws IOException {
        json.raw("]}\n");
        if (zip == null) {
            return writer.save(BlobType.TREE, json.array(), 0, json.length());
        }
        drain();
        zip.close();
        int rawLength = Math.toIntExact(streamed);
        Id id = Sha256.finish(sha);
        if (!writer.begin(new BlobHandle(BlobType.TREE, id))) {
            return new SavedBlob(id, 0);
        }
        return writer.storeCompressed(BlobType.TREE, id, compressed.array(), compressed.size() - Sealer.IV, rawLength);
    }

    private void drain() throws IOException {
        if (zip == null) {
            sha = Sha256.digest();
            compressed = new SealedBuffer();
            zip = new ZstdOutputStreamNoFinalizer(compressed, writer.compressionLevel());
        }
        sha.update(json.array(), 0, json.length());
        zip.write(json.array(), 0, json.length());
        streamed += json.length();
        json.clear();
    }

    /** Compressed bytes with room for what encryption puts before and behind them. */
    private static final class SealedBuffer extends ByteArrayOutputStream {
        SealedBuffer() {
            super(STREAM_FROM / 4);
            count = Sealer.IV;
        }

        byte[] array() {
            return count + Sealer.MAC <= buf.length ? buf : java.util.Arrays.copyOf(buf, count + Sealer.MAC);
        }
    }
}
