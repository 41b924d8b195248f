package io.statemanager.restic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;

/** Reads a file chunk by chunk into a buffer of its own, which grows only where chunks are that large. Confined to one thread; reusable. */
public final class ChunkReader {

    /** Bytes asked for at once; a file below this is one read and the one that finds its end. */
    private static final int READ = 512 * 1024;

    private final Chunker chunker;
    private byte[] buffer = new byte[2 * READ];
    private ByteBuffer view = ByteBuffer.wrap(buffer);
    private ReadableByteChannel source;
    private int start;
    private int length;
    private int filled;
    private boolean ended;

    public ChunkReader(Polynomial polynomial) {
        chunker = new Chunker(polynomial);
    }

    /** Begins a file. The channel stays the caller's, and blocks. */
    public void begin(ReadableByteChannel channel) {
        source = channel;
        start = 0;
        length = 0;
        filled = 0;
        ended = false;
    }

    /** Reads up to the chunk's end: true where there is a chunk, of {@link #length} bytes at {@link #offset} in {@link #buffer}. */
    public boolean next() throws IOException {
        start += length;
        length = 0;
        int looked = 0;
        while (true) {
            int end = chunker.next(buffer, start, start + looked, filled);
            if (end >= 0) {
                length = end - start;
                return true;
            }
            looked = filled - start;
            if (!fill()) {
                length = looked;
                return length > 0;
            }
        }
    }

    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        makeRoom();
        view.limit(filled + READ).position(filled);
        int read = source.read(view);
        ended = read < 0;
        filled += Math.max(read, 0);
        return !ended;
    }

    private void makeRoom() {
        if (buffer.length - filled < READ && start > 0) {
            System.arraycopy(buffer, start, buffer, 0, filled - start);
            filled -= start;
            start = 0;
        }
        if (buffer.length - filled < READ) {
            buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, Chunker.MAX_SIZE + READ));
            view = ByteBuffer.wrap(buffer);
        }
    }

    /** The current chunk's bytes lie here; valid until the next call of {@link #next}. */
    public byte[] buffer() {
        return buffer;
    }

    public int offset() {
        return start;
    }

    public int length() {
        return length;
    }
}
