package io.statemanager.storage.s3;

import io.statemanager.storage.Body;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** A file's range, read in large pieces; a file that has become too short fails. Opened at the first look. Confined to one thread. */
final class RangeInput extends InputStream {
    private final Body.FileRange range;
    private final ByteBuffer piece = ByteBuffer.allocate(SentBytes.PIECE).limit(0);
    private FileChannel channel;
    private long at;

    RangeInput(Body.FileRange range) {
        this.range = range;
    }

    @Override
    public int read() throws IOException {
        return there() ? piece.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!there()) {
            return -1;
        }
        int count = Math.min(length, piece.remaining());
        piece.get(into, offset, count);
        return count;
    }

    private boolean there() throws IOException {
        if (piece.hasRemaining()) {
            return true;
        }
        long left = range.length() - at;
        if (left == 0) {
            return false;
        }
        if (channel == null) {
            channel = FileChannel.open(range.file(), StandardOpenOption.READ);
        }
        piece.clear().limit((int) Math.min(piece.capacity(), left));
        int count = channel.read(piece, range.offset() + at);
        piece.flip();
        if (count < 0) {
            throw new EOFException(range.file() + " ends before " + (range.offset() + range.length()));
        }
        at += count;
        return true;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
