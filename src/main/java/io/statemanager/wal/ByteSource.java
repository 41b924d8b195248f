package io.statemanager.wal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is read at positions. Implementations say which descriptor they use; nothing here opens or closes one. */
public interface ByteSource {
    /** Reads some bytes at a position, -1 at the end, as {@link java.nio.channels.FileChannel#read(ByteBuffer, long)} does. */
    int read(ByteBuffer target, long position) throws IOException;

    long size() throws IOException;

    /** Fills the rest of {@code target} or reads to the end; returns whether it was filled. */
    default boolean fill(ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int read = read(target, at);
            if (read < 0) {
                return false;
            }
            at += read;
        }
        return true;
    }
}
