package io.statemanager.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * Writes a log of one transaction, as SQLite finds it after a crash: whoever opens the database next takes it from there. The header's
 * checksum order is little-endian, which every SQLite reads. One use, one thread; the channel stays the caller's, as does syncing it.
 */
public final class WalWriter {
    private static final int MAGIC_LITTLE_ENDIAN = 0x377f0682;
    private static final int VERSION = 3007000;
    private static final int BUFFER = 1 << 18;

    private final WritableByteChannel out;
    private final int pageSize;
    private final int salt1;
    private final int salt2;
    private final WalChecksum checksum = new WalChecksum(ByteOrder.LITTLE_ENDIAN, 0, 0);
    private final ByteBuffer buffer;
    private final byte[] frame;

    /** @param salt1 fresh, so that no leftover frame of another log is ever taken for one of this; {@code salt2} likewise */
    public WalWriter(WritableByteChannel out, int pageSize, int salt1, int salt2) throws IOException {
        this.out = out;
        this.pageSize = pageSize;
        this.salt1 = salt1;
        this.salt2 = salt2;
        this.frame = new byte[WalFrame.HEADER + pageSize];
        this.buffer = ByteBuffer.allocate(BUFFER + frame.length);
        ByteBuffer header = ByteBuffer.allocate(WalHeader.SIZE)
                .putInt(MAGIC_LITTLE_ENDIAN)
                .putInt(VERSION)
                .putInt(pageSize)
                .putInt(0)
                .putInt(salt1)
                .putInt(salt2);
        checksum.update(header.array(), 0, WalHeader.SIZE - 8);
        header.putInt(checksum.first()).putInt(checksum.second());
        buffer.put(header.flip());
    }

    /**
     * Adds a page.
     *
     * @param commit size of the database in pages with the last one of the transaction, 0 with all others
     */
    public void page(int pgno, int commit, byte[] page) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap(frame).putInt(pgno).putInt(commit).putInt(salt1).putInt(salt2);
        System.arraycopy(page, 0, frame, WalFrame.HEADER, pageSize);
        checksum.update(frame, 0, 8);
        checksum.update(frame, WalFrame.HEADER, pageSize);
        bytes.putInt(checksum.first()).putInt(checksum.second());
        buffer.put(frame);
        if (buffer.position() >= BUFFER) {
            drain();
        }
    }

    /** Hands the last bytes on. */
    public void finish() throws IOException {
        drain();
    }

    private void drain() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
        buffer.clear();
    }
}
