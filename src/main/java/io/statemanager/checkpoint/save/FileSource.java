package io.statemanager.checkpoint.save;

import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.linux.Directory;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.OpenFile;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/**
 * How a file's content is reached. A seam, because some files must not simply be opened and closed: closing any descriptor of a
 * SQLite database drops the locks that this process holds on it.
 */
@FunctionalInterface
public interface FileSource {
    /** Opens and closes each file. */
    FileSource DIRECT = (directory, path, entry) -> new DirectReading(directory.openFile(entry.name()));

    /** A file for reading from its start, or null where it is not to be had (any more). */
    Reading open(Directory directory, String path, FileEntry entry) throws IOException;

    /** What a stage has kept of the file, for when there is no directory any more to open it in; else null. */
    default Reading held(String path, FileEntry entry) {
        return null;
    }

    /** An open file. */
    interface Reading extends AutoCloseable {
        FileStat stat() throws IOException;

        /** From the start; may be asked for once. */
        ReadableByteChannel channel() throws IOException;

        /** Brings pages that are dirty by a mapping to the disk, so that the next store to them shows. */
        void writeOut() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** A descriptor of our own. */
    record DirectReading(OpenFile file) implements Reading {
        @Override
        public FileStat stat() throws IOException {
            return file.stat();
        }

        @Override
        public ReadableByteChannel channel() {
            return new DescriptorChannel(file);
        }

        @Override
        public void writeOut() throws IOException {
            file.syncData();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
