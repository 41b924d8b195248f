package io.statemanager.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The first 32 bytes of a log. The two salts name its generation: at each restart the first grows by one and the second is random; frames
 * with other salts are leftovers.
 *
 * @param checksumOrder byte order of the words that checksums are made of
 */
public record WalHeader(
        ByteOrder checksumOrder,
        int pageSize,
        int checkpointSequence,
        int salt1,
        int salt2,
        int checksum1,
        int checksum2) {
    public static final int SIZE = 32;

    private static final int MAGIC = 0x377f0682;
    private static final int VERSION = 3007000;

    /** Reads and checks the header; empty where the log has none or SQLite would not accept it. */
    public static Optional<WalHeader> read(ByteSource wal) throws IOException {
        byte[] bytes = new byte[SIZE];
        return wal.fill(ByteBuffer.wrap(bytes), 0) ? decode(bytes) : Optional.empty();
    }

    static Optional<WalHeader> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int magic = in.getInt();
        int version = in.getInt();
        int pageSize = in.getInt();
        if ((magic & ~1) != MAGIC || version != VERSION || !isValidPageSize(pageSize)) {
            return Optional.empty();
        }
        ByteOrder order = (magic & 1) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        WalHeader header =
                new WalHeader(order, pageSize, in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
        WalChecksum checksum = new WalChecksum(order, 0, 0);
        checksum.update(bytes, 0, SIZE - 8);
        return checksum.equals(header.checksum1, header.checksum2) ? Optional.of(header) : Optional.empty();
    }

    public int frameSize() {
        return WalFrame.HEADER + pageSize;
    }

    /** Offset of a frame; the first one is 1. One past the last frame gives the end of the log. */
    public long frameOffset(int frame) {
        return SIZE + (frame - 1L) * frameSize();
    }

    public boolean hasSalts(int otherSalt1, int otherSalt2) {
        return salt1 == otherSalt1 && salt2 == otherSalt2;
    }

    static boolean isValidPageSize(int pageSize) {
        return pageSize >= 512 && pageSize <= 65536 && Integer.bitCount(pageSize) == 1;
    }
}
