package io.statemanager.wal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Makes logs that no SQLite at hand would write, such as one of a machine of the other byte order. */
final class SyntheticWal {
    private final ByteOrder order;
    private final int pageSize;
    private WalChecksum checksum;
    private byte[] bytes;

    SyntheticWal(ByteOrder order, int pageSize) {
        this.order = order;
        this.pageSize = pageSize;
        int magic = 0x377f0682 | (order == ByteOrder.BIG_ENDIAN ? 1 : 0);
        ByteBuffer header = ByteBuffer.allocate(WalHeader.SIZE);
        header.putInt(magic)
                .putInt(3007000)
                .putInt(pageSize)
                .putInt(0)
                .putInt(11)
                .putInt(22);
        checksum = new WalChecksum(order, 0, 0);
        checksum.update(header.array(), 0, 24);
        header.putInt(checksum.first()).putInt(checksum.second());
        bytes = header.array();
    }

    SyntheticWal frame(int pgno, int commit, byte[] page) {
        ByteBuffer frame = ByteBuffer.allocate(WalFrame.HEADER + pageSize);
        frame.putInt(pgno).putInt(commit).putInt(11).putInt(22);
        frame.position(WalFrame.HEADER).put(page);
        checksum.update(frame.array(), 0, 8);
        checksum.update(page, 0, pageSize);
        frame.putInt(16, checksum.first()).putInt(20, checksum.second());
        int at = bytes.length;
        bytes = Arrays.copyOf(bytes, at + frame.capacity());
        System.arraycopy(frame.array(), 0, bytes, at, frame.capacity());
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    ByteSource source() {
        return source(bytes);
    }

    static ByteSource source(byte[] content) {
        return new ByteSource() {
            @Override
            public int read(ByteBuffer target, long position) {
                if (position >= content.length) {
                    return -1;
                }
                int length = (int) Math.min(target.remaining(), content.length - position);
                target.put(content, (int) position, length);
                return length;
            }

            @Override
            public long size() {
                return content.length;
            }
        };
    }

    ByteOrder order() {
        return order;
    }
}
