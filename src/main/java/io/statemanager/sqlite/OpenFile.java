package io.statemanager.sqlite;

import io.statemanager.wal.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file that the registry opened, read at positions only, since the descriptor behind it may be shared. Any thread may read; closing is
 * idempotent, and always safe: the registry decides what becomes of the descriptor.
 */
public final class OpenFile implements ByteSource, AutoCloseable {
    /** What closing means for this file. */
    interface Closing {
        void run() throws IOException;
    }

    private final Path path;
    private final FileId id;
    private final FileChannel channel;
    private Closing closing;

    OpenFile(Path path, FileId id, FileChannel channel, Closing closing) {
        this.path = path;
        this.id = id;
        this.channel = channel;
        this.closing = closing;
    }

    public Path path() {
        return path;
    }

    public FileId id() {
        return id;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return channel.read(target, position);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public synchronized void close() throws IOException {
        Closing todo = closing;
        closing = () -> {};
        todo.run();
    }
}
