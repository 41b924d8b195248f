package io.statemanager.checkpoint;

import io.statemanager.checkpoint.save.FileSource;
import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.linux.Directory;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.OpenFile;
import io.statemanager.linux.RawName;
import io.statemanager.sqlite.FileId;
import io.statemanager.sqlite.FileRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;

/**
 * Opens files by way of the registry of SQLite's descriptors: a database that a connection of ours has open is read through the
 * descriptor that stays open, and a file that becomes such a database while it is read is not closed. Safe for several threads.
 */
final class GuardedSource implements FileSource {
    private final FileRegistry registry = FileRegistry.shared();
    private final Path top;
    private final long device;

    /** {@code top}: the environment directory; {@code device}: its filesystem. */
    GuardedSource(Path top, long device) {
        this.top = top;
        this.device = device;
    }

    @Override
    public Reading open(Directory directory, String path, FileEntry entry) throws IOException {
        FileId listed = new FileId(device, entry.stat().inode());
        OpenFile file =
                registry.openUnlessHeld(listed, () -> directory.openFile(entry.name()), opened -> idOf(opened.stat()));
        if (file != null) {
            return new Private(file, idOf(file.stat()));
        }
        Path held = top.resolve(RawName.display(RawName.join(path, entry.name())));
        return new Shared(registry.openForRead(held), directory, entry.name());
    }

    private static FileId idOf(FileStat stat) {
        return new FileId(stat.device(), stat.inode());
    }

    /** A descriptor of our own, closed by way of the registry. */
    private final class Private implements Reading {
        private final OpenFile file;
        private final FileId id;

        Private(OpenFile file, FileId id) {
            this.file = file;
            this.id = id;
        }

        @Override
        public FileStat stat() throws IOException {
            return file.stat();
        }

        @Override
        public ReadableByteChannel channel() {
            return new DirectReading(file).channel();
        }

        @Override
        public void writeOut() throws IOException {
            file.syncData();
        }

        @Override
        public void close() throws IOException {
            registry.closeUnlessHeld(id, file);
        }
    }

    /** The registry's descriptor, read at positions. Its times are those of the name, which is the same file. */
    private record Shared(io.statemanager.sqlite.OpenFile file, Directory directory, String name) implements Reading {
        @Override
        public FileStat stat() throws IOException {
            return directory.stat(name);
        }

        @Override
        public ReadableByteChannel channel() {
            return new Positional(file);
        }

        /** A database is not written by a mapping, and its index is not taken. */
        @Override
        public void writeOut() {}

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private static final class Positional implements ReadableByteChannel {
        private final io.statemanager.sqlite.OpenFile file;
        private long at;

        Positional(io.statemanager.sqlite.OpenFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            int got = file.read(into, at);
            at += Math.max(got, 0);
            return got;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
