package io.statemanager.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The header of a shared-memory index ({@code -shm}): which frames of the log are committed at this instant.
 *
 * <p>There are two copies of it; a writer fills the second, then the first. Equal copies are what SQLite's readers want; where a frozen
 * writer has left them unequal, either valid one is a true instant: the first is the state before that writer's commit, and a first one
 * that is half written implies a whole second one. The caller of that writer has not been answered yet in either case.
 *
 * <p>With no frame (a log that was just restarted, or none) the salts are those of the generation that begins with the next commit; the
 * log itself may still have the former ones.
 *
 * @param change grows with each commit; wraps around
 * @param checksumOrder byte order of the log's checksums
 * @param pageSize 0 where there was no log yet
 * @param pages size of the database
 * @param position the last committed frame
 * @param copiesAgree whether both copies were equal
 */
public record WalIndex(
        int change,
        ByteOrder checksumOrder,
        int pageSize,
        int pages,
        WalPosition position,
        WalMarks marks,
        boolean copiesAgree) {
    private static final int COPY = 48;
    private static final int VERSION = 3007000;
    private static final int MARKS_AT = 2 * COPY;
    private static final int ATTEMPTED_AT = 128;
    private static final int SIZE = 136;
    private static final int ATTEMPTS = 100;

    /**
     * Reads the index; again and again for a moment where somebody is just at it, until two readings in a row are the same and both
     * copies equal. Empty where no valid copy is there.
     */
    public static Optional<WalIndex> read(ByteSource shm) throws IOException {
        byte[] bytes = new byte[SIZE];
        byte[] before = new byte[0];
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (!shm.fill(ByteBuffer.wrap(bytes), 0)) {
                return Optional.empty();
            }
            if (Arrays.equals(bytes, before) && copiesAgree(bytes)) {
                break;
            }
            before = bytes.clone();
            Thread.onSpinWait();
        }
        return decode(bytes, 0).or(() -> decode(bytes, COPY));
    }

    private static boolean copiesAgree(byte[] bytes) {
        return Arrays.equals(bytes, 0, COPY, bytes, COPY, 2 * COPY);
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
        int mxFrame = in.getInt(at + 16);
        int pages = in.getInt(at + 20);
        boolean possible = mxFrame == 0 || (mxFrame > 0 && pages > 0 && WalHeader.isValidPageSize(pageSize));
        if (!possible || pages < 0) {
            return Optional.empty();
        }
        ByteBuffer salts = ByteBuffer.wrap(bytes); // copied from the log: always big-endian
        WalPosition position = new WalPosition(
                salts.getInt(at + 32), salts.getInt(at + 36), mxFrame, in.getInt(at + 24), in.getInt(at + 28));
        ByteOrder order = bytes[at + 13] == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        return Optional.of(
                new WalIndex(in.getInt(at + 8), order, pageSize, pages, position, marks(in), copiesAgree(bytes)));
    }

    private static WalMarks marks(ByteBuffer in) {
        List<Integer> readMarks = List.of(
                in.getInt(MARKS_AT + 4),
                in.getInt(MARKS_AT + 8),
                in.getInt(MARKS_AT + 12),
                in.getInt(MARKS_AT + 16),
                in.getInt(MARKS_AT + 20));
        return new WalMarks(in.getInt(MARKS_AT), in.getInt(ATTEMPTED_AT), readMarks);
    }

    /** The last committed frame, 0 for an empty log. */
    public int mxFrame() {
        return position.frame();
    }

    /** Whether the database file alone holds the whole state, so that the log need not be read, and may be restarted meanwhile. */
    public boolean isBackfilled() {
        return marks.backfilled() >= mxFrame();
    }
}
