package io.statemanager.wal;

/**
 * A place in a log: behind one of its frames, in one of its generations. The frame's cumulative checksum stands for the log's content up to
 * there, so where a log has the same salts and the same checksum at the same frame, everything up to it is the same.
 *
 * @param frame the last frame before the place; 0 for the start of the generation, of which only the salts count
 */
public record WalPosition(int salt1, int salt2, int frame, int checksum1, int checksum2) {
    /** Of a content that is tied to no log. */
    public static final WalPosition NONE = new WalPosition(0, 0, 0, 0, 0);

    public WalPosition {
        if (frame < 0) {
            throw new IllegalArgumentException("frame " + frame);
        }
    }

    /** The start of a log's generation. */
    public static WalPosition startOf(WalHeader header) {
        return new WalPosition(header.salt1(), header.salt2(), 0, header.checksum1(), header.checksum2());
    }

    /** Offset of the place in the file. */
    public long offset(int pageSize) {
        return WalHeader.SIZE + (long) frame * (WalFrame.HEADER + pageSize);
    }

    /** Whether both places are in the same generation. */
    public boolean hasSaltsOf(WalPosition other) {
        return salt1 == other.salt1 && salt2 == other.salt2;
    }
}
