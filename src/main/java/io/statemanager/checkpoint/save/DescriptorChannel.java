package io.statemanager.checkpoint.save;

import io.statemanager.linux.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** An {@link OpenFile} as a channel, from its own place on. Closing it leaves the file open. Reads into buffers with an array. */
final class DescriptorChannel implements ReadableByteChannel {
    private final OpenFile file;

    DescriptorChannel(OpenFile file) {
        this.file = file;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int got = file.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
        if (got > 0) {
            into.position(into.position() + got);
        }
        return got;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
