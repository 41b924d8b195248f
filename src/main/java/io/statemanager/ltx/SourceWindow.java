package io.statemanager.ltx;

import java.io.IOException;
import java.io.InputStream;

/**
 * A part of a source in memory that moves forward with whoever reads it, so that a file of any size is read in few large pieces. Never
 * holds more than it was allowed to, however large the file claims to be. Confined to one thread.
 */
final class SourceWindow {
    private final LtxSource source;
    private final long fileSize;
    private final int capacity;
    private byte[] bytes = new byte[0];
    private long start;
    private int length;

    SourceWindow(LtxSource source, int capacity) throws IOException {
        this.source = source;
        this.fileSize = source.size();
        this.capacity = (int) Math.min(capacity, Math.max(0, fileSize));
    }

    long fileSize() {
        return fileSize;
    }

    /** The window's bytes; they change with the next call of {@link #locate}. */
    byte[] bytes() {
        return bytes;
    }

    /**
     * Makes sure that {@code wanted} bytes from {@code position} are in the window.
     *
     * @param reach how far to read, as far as there is room, where something must be read at all
     * @return where in {@link #bytes} they begin
     */
    int locate(long position, int wanted, long reach) throws IOException {
        checkRange(position, wanted);
        if (position < start || position + wanted > start + length) {
            int room = Math.max(capacity, wanted);
            move(position, room, (int) Math.min(Math.min(reach, fileSize) - position, room), wanted);
        }
        return (int) (position - start);
    }

    private void move(long position, int room, int filled, int wanted) throws IOException {
        int kept = position < start || position >= start + length ? 0 : (int) (start + length - position);
        byte[] target = bytes.length >= room ? bytes : new byte[room];
        System.arraycopy(bytes, (int) (kept == 0 ? 0 : position - start), target, 0, kept);
        bytes = target;
        start = position;
        length = kept;
        int end = Math.max(filled, wanted);
        read(start + kept, bytes, kept, end);
        length = Math.max(kept, end);
    }

    /** Part of the source, from the window where it is there, else read on its own and not kept. */
    byte[] copy(long position, int wanted) throws IOException {
        checkRange(position, wanted);
        byte[] copy = new byte[wanted];
        if (position >= start && position + wanted <= start + length) {
            System.arraycopy(bytes, (int) (position - start), copy, 0, wanted);
        } else {
            read(position, copy, 0, wanted);
        }
        return copy;
    }

    private void checkRange(long position, int wanted) throws LtxException {
        if (position < 0 || wanted < 0 || position > fileSize - wanted) {
            throw new LtxException(LtxException.Reason.TRUNCATED, "LTX file ends too early");
        }
    }

    private void read(long position, byte[] target, int from, int to) throws IOException {
        for (int at = from; at < to; ) {
            int read = source.read(position + at - from, target, at, to - at);
            if (read <= 0) {
                throw new LtxException(LtxException.Reason.TRUNCATED, "LTX file is shorter than its size says");
            }
            at += read;
        }
    }

    /** The source from its first byte to its last, through the window. */
    InputStream stream() {
        return new InputStream() {
            private long position;

            @Override
            public int read() throws IOException {
                if (position >= fileSize) {
                    return -1;
                }
                int at = locate(position, 1, fileSize);
                position++;
                return bytes[at] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int count) throws IOException {
                if (position >= fileSize && count > 0) {
                    return -1;
                }
                int at = count == 0 ? 0 : locate(position, 1, fileSize);
                int ready = Math.min(count, (int) (start + length - position));
                System.arraycopy(bytes, at, target, offset, ready);
                position += ready;
                return ready;
            }
        };
    }
}
