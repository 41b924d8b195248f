package io.statemanager.restic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The list of a pack's blobs at its end: type (with 2 added where compressed), sealed length, raw length where compressed, id; numbers are 32 bits, little
 * end first. Enough to write the index anew.
 */
final class PackHeader {

    private static final int PLAIN_ENTRY = 1 + 4 + Id.LENGTH;
    private static final int COMPRESSED_ENTRY = PLAIN_ENTRY + 4;
    private static final int TRAILER = 4;

    private PackHeader() {}

    /** Bytes that a blob takes in the header. */
    static int entryLength(boolean compressed) {
        return compressed ? COMPRESSED_ENTRY : PLAIN_ENTRY;
    }

    /** The header's plaintext. */
    static byte[] encode(List<PackedBlob> blobs) {
        byte[] header = new byte[blobs.size() * COMPRESSED_ENTRY];
        int at = 0;
        for (PackedBlob blob : blobs) {
            int type = blob.handle().type() == BlobType.TREE ? 1 : 0;
            header[at++] = (byte) (blob.compressed() ? type + 2 : type);
            Bytes.putIntLittle(header, at, blob.length());
            at += 4;
            if (blob.compressed()) {
                Bytes.putIntLittle(header, at, blob.rawLength());
                at += 4;
            }
            blob.handle().id().put(header, at);
            at += Id.LENGTH;
        }
        return Arrays.copyOf(header, at);
    }

    /** Reads a whole pack's header; offsets follow from the lengths, and must end where the header begins. */
    static List<PackedBlob> read(Codec codec, Id pack, byte[] bytes, int length) throws CorruptObject {
        int sealed = length < TRAILER ? -1 : Bytes.getIntLittle(bytes, length - TRAILER);
        int start = length - TRAILER - sealed;
        if (sealed < Sealer.OVERHEAD || start < 0) {
            throw damaged(pack, "its header's length is impossible");
        }
        byte[] header = Arrays.copyOfRange(bytes, start, start + sealed);
        int plain = codec.sealer().open(header, 0, sealed);
        if (plain < 0) {
            throw damaged(pack, "its header's MAC does not match");
        }
        List<PackedBlob> blobs = decode(pack, header, Sealer.IV, plain);
        long end = blobs.isEmpty()
                ? 0
                : blobs.get(blobs.size() - 1).offset()
                        + blobs.get(blobs.size() - 1).length();
        if (end != start) {
            throw damaged(pack, "its header lists " + end + " bytes where there are " + start);
        }
        return blobs;
    }

    private static List<PackedBlob> decode(Id pack, byte[] header, int offset, int length) throws CorruptObject {
        List<PackedBlob> blobs = new ArrayList<>();
        int at = offset;
        int end = offset + length;
        long position = 0;
        while (at < end) {
            int type = header[at++];
            boolean compressed = type >= 2;
            if (type < 0 || type > 3 || end - at < (compressed ? COMPRESSED_ENTRY : PLAIN_ENTRY) - 1) {
                throw damaged(pack, "its header has an entry that is none");
            }
            int stored = Bytes.getIntLittle(header, at);
            at += 4;
            int raw = 0;
            if (compressed) {
                raw = Bytes.getIntLittle(header, at);
                at += 4;
            }
            if (stored < Sealer.OVERHEAD || raw < 0) {
                throw damaged(pack, "its header has a blob of an impossible length");
            }
            BlobHandle handle = new BlobHandle((type & 1) == 0 ? BlobType.DATA : BlobType.TREE, Id.of(header, at));
            at += Id.LENGTH;
            blobs.add(new PackedBlob(pack, handle, position, stored, raw));
            position += stored;
        }
        return blobs;
    }

    private static CorruptObject damaged(Id pack, String failure) {
        return new CorruptObject("pack " + pack, failure);
    }
}
