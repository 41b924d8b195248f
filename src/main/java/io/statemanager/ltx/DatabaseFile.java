package io.statemanager.ltx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A database file as the target of a chain: page n at (n − 1) · page size. The channel stays the caller's, as does syncing it. */
public record DatabaseFile(FileChannel channel) implements PageTarget {
    @Override
    public void write(int pgno, byte[] page, int pageSize) throws IOException {
        long at = (pgno - 1L) * pageSize;
        ByteBuffer bytes = ByteBuffer.wrap(page, 0, pageSize);
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    @Override
    public void resize(int pages, int pageSize) throws IOException {
        long size = (long) pages * pageSize;
        if (channel.size() > size) {
            channel.truncate(size);
        } else if (channel.size() < size) {
            channel.write(ByteBuffer.allocate(1), size - 1);
        }
    }
}
