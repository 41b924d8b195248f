package io.statemanager.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * The header of a shared-memory index ({@code -shm}): which frames of the log are committed at this instant.
 *
 * <p>There are two copies of it; a writer fills the second, then the first. Equal copies are what SQLite's readers want; where a frozen
 * writer has left them unequal, either valid one is a true instant: the first is the state before that writer's commit, and a first one
 * that is half written implies a whole second one. The caller of that writer has not been answered yet in either case.
 *
 * @param mxFrame the last committed frame, 0 for an empty log
 * @param pages size of the database
 * @param backfilled frames up to this one are in the database file
 */
public record WalIndex(
        int pageSize,
        int mxFrame,
        int pages,
        int frameChecksum1,
        int frameChecksum2,
        int salt1,
        int salt2,
        int backfilled) {
    private static final int COPY = 48;
    private static final int VERSION = 3007000;
    private static final int BACKFILL_AT = 2 * COPY;
    private static final int ATTEMPTS = 100;

    /**
     * Reads the index; again and again for a moment where somebody is just at it, until two readings in a row are the same and both
     * copies equal. Empty where no valid copy is there.
     */
    public static Optional<WalIndex> read(ByteSource shm) throws IOException {
        byte[] bytes = new byte[BACKFILL_AT + 4];
        byte[] before = new byte[0];
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (!shm.fill(ByteBuffer.wrap(bytes), 0)) {
                return Optional.empty();
            }
            if (Arrays.equals(bytes, before) && Arrays.equals(bytes, 0, COPY, bytes, COPY, 2 * COPY)) {
                break;
            }
            before = bytes.clone();
            Thread.onSpinWait();
        }
        return decode(bytes, 0).or(() -> decode(bytes, COPY));
    }

    private static Optional<WalIndex> decode(byte[] bytes, int at) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        boolean initialised = bytes[at + 12] != 0;
        WalChecksum checksum = new WalChecksum(ByteOrder.nativeOrder(), 0, 0);
        checksum.update(bytes, at, COPY - 8);
        if (!initialised || in.getInt(at) != VERSION || !checksum.equals(in.getInt(at + 40), in.getInt(at + 44))) {
            return Optional.empty();
        }
        int stored = in.getShort(at + 14) & 0xffff;
        int pageSize = (stored & 0xfe00) | (stored & 1) << 16;
        ByteBuffer salts = ByteBuffer.wrap(bytes); // copied from the log: always big-endian
        WalIndex index = new WalIndex(
                pageSize,
                in.getInt(at + 16),
                in.getInt(at + 20),
                in.getInt(at + 24),
                in.getInt(at + 28),
                salts.getInt(at + 32),
                salts.getInt(at + 36),
                in.getInt(BACKFILL_AT));
        return index.mxFrame < 0 || index.pages < 0 ? Optional.empty() : Optional.of(index);
    }

    /** Whether the database file alone holds the whole state, so that the log need not be read, and may be restarted meanwhile. */
    public boolean isBackfilled() {
        return backfilled >= mxFrame;
    }
}
