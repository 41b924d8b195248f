package io.statemanager.sqlite;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A registry entry: the descriptor that stays open, how many owners it has, and descriptors of readers that may not be closed before.
 * Owners change under the registry's exclusive lock only; readers' descriptors are added under its shared lock.
 */
final class HeldFile {
    private final FileId id;
    private final Path path;
    private final FileChannel channel;
    private final List<Closeable> kept = new ArrayList<>();
    private int owners;

    HeldFile(FileId id, Path path, FileChannel channel) {
        this.id = id;
        this.path = path;
        this.channel = channel;
    }

    FileId id() {
        return id;
    }

    FileChannel channel() {
        return channel;
    }

    synchronized void addOwner() {
        owners++;
    }

    synchronized boolean removeOwner() {
        return --owners == 0;
    }

    /** A descriptor that locks can be taken on; closed with the others. */
    FileChannel openForLocks() throws IOException {
        FileChannel locks =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        keep(locks);
        if (FileId.ifExists(path).filter(id::equals).isEmpty()) {
            throw new IOException(path + ": was replaced while it was opened");
        }
        return locks;
    }

    void keep(Closeable readers) {
        synchronized (kept) {
            kept.add(readers);
        }
    }

    void closeAll() throws IOException {
        synchronized (kept) {
            for (Closeable readers : kept) {
                readers.close();
            }
            kept.clear();
        }
        channel.close();
    }
}
