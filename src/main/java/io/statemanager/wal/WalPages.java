package io.statemanager.wal;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The newest frame of each page in a part of a log: what the log holds of a database at one instant. Immutable; 8 bytes a frame.
 */
public final class WalPages {
    private static final WalPages NONE = new WalPages(new long[0]);

    /** Sorted: page number in the upper half, frame in the lower. */
    private final long[] entries;

    private WalPages(long[] entries) {
        this.entries = entries;
    }

    /** Takes sorted entries over. */
    static WalPages of(long[] entries) {
        return new WalPages(entries);
    }

    public static WalPages none() {
        return NONE;
    }

    /**
     * The pages of frames {@code from} to {@code to}, by frame headers alone. Only for frames that the shared-memory index calls
     * committed, while nobody can restart the log.
     *
     * @param commit size of the database at that instant; pages beyond it are left out
     * @throws WalException where a frame is missing or has other salts: the log is not what the index described
     */
    public static WalPages committed(ByteSource wal, WalHeader header, int from, int to, int commit)
            throws IOException {
        FrameList frames = new FrameList();
        for (int frame = from; frame <= to; frame++) {
            Optional<WalFrame> read = WalReader.frameHeader(wal, header, frame);
            if (read.isEmpty()) {
                throw new WalException(
                        WalException.Reason.FRAME_MISSING,
                        "frame " + frame + " of " + to + " is missing in the write-ahead log");
            }
            frames.add(read.get().pgno(), frame);
        }
        return frames.newest(frames.size(), commit);
    }

    /** The newest frame of a page, or 0 where the log does not hold it. */
    public int frameOf(int pgno) {
        int last = -Arrays.binarySearch(entries, FrameList.entry(pgno, 0) | 0xffffffffL) - 2; // no frame is that high
        return last >= 0 && (int) (entries[last] >>> 32) == pgno ? (int) entries[last] : 0;
    }

    public int size() {
        return entries.length;
    }

    /** Frame of the i-th entry. */
    public int frame(int i) {
        return (int) entries[i];
    }

    /** Page number of the i-th entry; they ascend. */
    public int pgno(int i) {
        return (int) (entries[i] >>> 32);
    }
}
