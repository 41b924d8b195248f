package io.statemanager.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
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

    public static WalPages none() {
        return NONE;
    }

    /**
     * The pages of frames {@code from} to {@code to}, by frame headers alone. Only for frames that the shared-memory index calls
     * committed, while nobody can restart the log.
     *
     * @param commit size of the database at that instant; pages beyond it are left out
     * @throws FrameMissingException where a frame is missing or has other salts: the log is not what the index described
     */
    public static WalPages committed(ByteSource wal, WalHeader header, int from, int to, int commit)
            throws IOException {
        long[] found = new long[Math.max(0, to - from + 1)];
        ByteBuffer in = ByteBuffer.allocate(WalFrame.HEADER);
        for (int frame = from; frame <= to; frame++) {
            Optional<WalFrame> read = read(wal, header, frame, in);
            if (read.isEmpty()) {
                throw new FrameMissingException("frame " + frame + " of " + to + " is missing in the write-ahead log");
            }
            found[frame - from] = entry(read.get().pgno(), frame);
        }
        return of(found, found.length, commit);
    }

    /** A log does not hold a frame that it should. */
    public static final class FrameMissingException extends IOException {
        private static final long serialVersionUID = 1L;

        FrameMissingException(String message) {
            super(message);
        }
    }

    /** What a log holds of a database that nobody has open: all frames up to the last valid commit, and the size it gives. */
    public record Recovered(WalPages pages, int lastFrame, WalFrame lastCommit) {}

    /** Reads a log to the end of its valid part; empty where it holds no committed transaction. */
    public static Optional<Recovered> recover(ByteSource wal, WalHeader header) throws IOException {
        WalReader reader = new WalReader(wal, header);
        long[] found = new long[64];
        int count = 0;
        WalFrame commit = null;
        int committed = 0;
        while (reader.next()) {
            if (count == found.length) {
                found = Arrays.copyOf(found, count * 2);
            }
            found[count++] = entry(reader.current().pgno(), reader.frame());
            if (reader.current().isCommit()) {
                commit = reader.current();
                committed = count;
            }
        }
        return commit == null
                ? Optional.empty()
                : Optional.of(new Recovered(of(found, committed, commit.commit()), committed, commit));
    }

    /** The newest frame of a page, or 0 where the log does not hold it. */
    public int frameOf(int pgno) {
        int at = Arrays.binarySearch(entries, entry(pgno + 1, 0));
        int last = (at < 0 ? -at - 1 : at) - 1;
        return last >= 0 && (int) (entries[last] >>> 32) == pgno ? (int) entries[last] : 0;
    }

    public int size() {
        return entries.length;
    }

    /** Page number of the i-th entry; they ascend. */
    public int pgno(int i) {
        return (int) (entries[i] >>> 32);
    }

    private static Optional<WalFrame> read(ByteSource wal, WalHeader header, int frame, ByteBuffer in)
            throws IOException {
        in.clear();
        if (!wal.fill(in, header.frameOffset(frame))) {
            return Optional.empty();
        }
        WalFrame read = WalFrame.decode(in.flip());
        return read.pgno() > 0 && header.hasSalts(read.salt1(), read.salt2()) ? Optional.of(read) : Optional.empty();
    }

    private static WalPages of(long[] found, int count, int commit) {
        Arrays.sort(found, 0, count);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            boolean newest = i + 1 == count || found[i + 1] >>> 32 != found[i] >>> 32;
            if (newest && found[i] >>> 32 <= commit) {
                found[kept++] = found[i];
            }
        }
        return new WalPages(Arrays.copyOf(found, kept));
    }

    private static long entry(int pgno, int frame) {
        return (long) pgno << 32 | frame;
    }
}
