package io.statemanager.restic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pack being filled: sealed blobs one after the other, then the sealed header that lists them, then the header's length. Guarded by its owner's lock.
 */
final class PackBuilder {

    /** So that an index file, which lists packs whole, stays below restic's 50,000 blobs. */
    static final int MAX_BLOBS = 10_000;

    private static final int MAX_ENTRY = 1 + 4 + 4 + Id.LENGTH;
    private static final int TRAILER = 4;

    private final BlobType type;
    private final int usual;
    private final List<PackedBlob> blobs = new ArrayList<>();
    private byte[] buffer;
    private int length;

    /** {@code usual}: what a pack takes mostly. */
    PackBuilder(BlobType type, byte[] buffer, int usual) {
        this.type = type;
        this.buffer = buffer;
        this.usual = usual;
    }

    /** A pack whose bytes are final. The first {@code length} of the buffer are the pack. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Finished(Id id, BlobType type, byte[] buffer, int length, List<PackedBlob> blobs) {}

    boolean isEmpty() {
        return blobs.isEmpty();
    }

    /** Whether a blob still fits below a limit, header included. */
    boolean fits(int sealedLength, int limit) {
        return blobs.size() < MAX_BLOBS && (long) length + sealedLength + headerLength(blobs.size() + 1) <= limit;
    }

    /** The pack's size if it were finished now. */
    int size() {
        return length + headerLength(blobs.size());
    }

    void add(Id id, byte[] sealed, int sealedLength, int rawLength) {
        int needed = Math.addExact(length, sealedLength);
        reserve(needed + headerLength(blobs.size() + 1));
        System.arraycopy(sealed, 0, buffer, length, sealedLength);
        // The pack's id is known when it is whole.
        blobs.add(new PackedBlob(null, new BlobHandle(type, id), length, sealedLength, rawLength));
        length = needed;
    }

    /** Writes the header, reads it back as a check, and names the pack. */
    Finished finish(Codec codec) throws CorruptObject {
        byte[] header = PackHeader.encode(blobs);
        int total = length + header.length + Sealer.OVERHEAD + TRAILER;
        reserve(total);
        System.arraycopy(header, 0, buffer, length + Sealer.IV, header.length);
        int sealed = codec.sealer().seal(buffer, length, header.length);
        Bytes.putIntLittle(buffer, length + sealed, sealed);
        Id id = codec.hash(buffer, 0, total);
        List<PackedBlob> placed = new ArrayList<>(blobs.size());
        for (PackedBlob blob : blobs) {
            placed.add(new PackedBlob(id, blob.handle(), blob.offset(), blob.length(), blob.rawLength()));
        }
        if (!PackHeader.read(codec, id, buffer, total).equals(placed)) {
            throw new CorruptObject("pack " + id, "its header does not read back; the machine's memory is at fault");
        }
        return new Finished(id, type, buffer, total, placed);
    }

    private void reserve(int needed) {
        if (buffer.length < needed) {
            // In few steps to what a pack usually takes: each copies all, and a large array is much to collect.
            int larger = buffer.length < usual / 4 ? 4 * buffer.length : usual;
            buffer = Arrays.copyOf(buffer, Math.max(needed, larger));
        }
    }

    private static int headerLength(int count) {
        return count * MAX_ENTRY + Sealer.OVERHEAD + TRAILER;
    }
}
