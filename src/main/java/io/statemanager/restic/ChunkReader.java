package io.statemanager.restic;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/** Reads a file chunk by chunk into a buffer of its own, which grows to 8 MiB only where chunks are that large. Confined to one thread; reusable. */
public final class ChunkReader {

    public ChunkReader(Polynomial polynomial) {
        throw new UnsupportedOperationException();
    }

    /** Begins a file. The channel stays the caller's. */
    public void begin(ReadableByteChannel source) {
        throw new UnsupportedOperationException();
    }

    /** Reads up to the chunk's end: true where there is a chunk, of {@link #length} bytes at {@link #offset} in {@link #buffer}. */
    public boolean next() throws IOException {
        throw new UnsupportedOperationException();
    }

    public byte[] buffer() {
        throw new UnsupportedOperationException();
    }

    public int offset() {
        throw new UnsupportedOperationException();
    }

    public int length() {
        throw new UnsupportedOperationException();
    }
}
