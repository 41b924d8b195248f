package io.statemanager.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Walks through a log frame by frame and checks salts and checksums as SQLite's recovery does: the first frame that does not fit ends the
 * log. What follows the last commit frame was never committed, or not yet. Confined to one thread.
 */
public final class WalReader {
    private final ByteSource wal;
    private final WalHeader header;
    private final byte[] bytes;
    private WalChecksum checksum;
    private int frame;
    private WalFrame current;

    public WalReader(ByteSource wal, WalHeader header) {
        this.wal = wal;
        this.header = header;
        this.bytes = new byte[header.frameSize()];
        this.checksum = new WalChecksum(header.checksumOrder(), header.checksum1(), header.checksum2());
    }

    /**
     * Goes on behind a frame that was seen before. Its cumulative checksum stands for all frames up to it, so where the log still has the
     * same one there, nothing before has changed.
     *
     * @return false where the log does not hold that frame any more; the reader has not moved then
     */
    boolean resumeAfter(int seenFrame, int checksum1, int checksum2) throws IOException {
        Optional<WalFrame> seen = frameHeader(wal, header, seenFrame);
        if (seen.isEmpty() || seen.get().checksum1() != checksum1 || seen.get().checksum2() != checksum2) {
            return false;
        }
        checksum = new WalChecksum(header.checksumOrder(), checksum1, checksum2);
        frame = seenFrame;
        return true;
    }

    /**
     * Moves to the next frame; false at the end of the valid log, where the reader stays as it is and may try again later.
     *
     * @throws WalException where the frame is right and the database too large
     */
    public boolean next() throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (frame == Integer.MAX_VALUE || !wal.fill(in, header.frameOffset(frame + 1))) {
            return false;
        }
        WalFrame read = WalFrame.decode(in.rewind());
        if (read.pgno() == 0 || !header.hasSalts(read.salt1(), read.salt2())) {
            return false;
        }
        WalChecksum next = new WalChecksum(header.checksumOrder(), checksum.first(), checksum.second());
        next.update(bytes, 0, 8);
        next.update(bytes, WalFrame.HEADER, header.pageSize());
        if (!next.equals(read.checksum1(), read.checksum2())) {
            return false;
        }
        if (read.pgno() < 0 || read.commit() < 0) {
            throw new WalException(WalException.Reason.TOO_LARGE, "database of 2^31 pages or more");
        }
        checksum = next;
        current = read;
        frame++;
        return true;
    }

    /** The reader's place: behind the last frame that {@link #next} moved to. */
    public WalPosition position() {
        return new WalPosition(header.salt1(), header.salt2(), frame, checksum.first(), checksum.second());
    }

    /** Number of the frame that {@link #next} moved to, from 1. */
    public int frame() {
        return frame;
    }

    public WalFrame current() {
        return current;
    }

    /** The current page, overwritten by the next call of {@link #next}. */
    public ByteBuffer page() {
        return ByteBuffer.wrap(bytes, WalFrame.HEADER, header.pageSize()).slice();
    }

    /** One frame's header, where it lies in the file and carries the log's salts; its checksum is not verified. */
    public static Optional<WalFrame> frameHeader(ByteSource wal, WalHeader header, int frame) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(WalFrame.HEADER);
        if (frame < 1 || !wal.fill(in, header.frameOffset(frame))) {
            return Optional.empty();
        }
        WalFrame read = WalFrame.decode(in.flip());
        return read.pgno() > 0 && header.hasSalts(read.salt1(), read.salt2()) ? Optional.of(read) : Optional.empty();
    }
}
