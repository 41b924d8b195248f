package io.statemanager.sqlite;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Opens files that may be SQLite databases, and never closes a descriptor of one while a connection of ours is open to it.
 *
 * <p>POSIX locks belong to process and inode, and closing any descriptor of the inode drops all of them. A scanner that reads a database
 * and closes it takes the lock from our connection; the application's last close then deletes the log with commits in it. Therefore:
 *
 * <ol>
 *   <li>Whoever connects takes a {@link Hold} first. It opens database and index once and keeps these descriptors.
 *   <li>Whoever reads asks {@link #openForRead}. For a held file it gives the held descriptor, else a private one.
 *   <li>A private descriptor whose file has come to be held meanwhile is not closed but left to the hold.
 *   <li>A hold's descriptors are closed with its last owner, after that owner's connections.
 * </ol>
 *
 * <p>Asking and opening are one step: readers share a lock that a new hold takes alone. One per process, since the locks are; any thread.
 */
public final class FileRegistry {
    private static final FileRegistry SHARED = new FileRegistry();
    private static final int ATTEMPTS = 20;

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<FileId, HeldFile> held = new HashMap<>();
    /** Descriptors of files that changed under their path while they were opened: closed once nothing is held. */
    private final List<FileChannel> unknown = new ArrayList<>();

    private FileRegistry() {}

    public static FileRegistry shared() {
        return SHARED;
    }

    /** Whether a connection of ours may be open to this file, a database or its index. */
    public boolean isHeld(FileId file) {
        lock.readLock().lock();
        try {
            return held.containsKey(file);
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Opens a regular file to be read at positions. A symbolic link is not followed.
     *
     * @throws FileHeldException for the index of a database to which a connection is just being opened
     */
    public OpenFile openForRead(Path file) throws IOException {
        lock.readLock().lock();
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<OpenFile> opened = tryOpen(file);
                if (opened.isPresent()) {
                    return opened.get();
                }
            }
            throw new IOException(file + ": is replaced again and again while it is opened");
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Opens a file in a way of the caller's. */
    public interface Opener<T extends Closeable> {
        T open() throws IOException;
    }

    /** Tells which file a descriptor is of. */
    public interface Identity<T extends Closeable> {
        FileId of(T opened) throws IOException;
    }

    /**
     * For those who open files by other means than paths: opens unless the file is held, in one step with asking. What was opened must be
     * closed by {@link #closeUnlessHeld}.
     *
     * @param expected the file as it was seen last
     * @return null where it is held, and is to be read by {@link #openForRead}
     */
    public <T extends Closeable> T openUnlessHeld(FileId expected, Opener<T> opener, Identity<T> identity)
            throws IOException {
        lock.readLock().lock();
        try {
            if (held.containsKey(expected)) {
                return null;
            }
            T opened = opener.open();
            HeldFile known = held.get(identity.of(opened));
            if (known == null) {
                return opened;
            }
            known.keep(opened);
            return null;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Closes what {@link #openUnlessHeld} opened, or leaves it to the hold that has come to be meanwhile. */
    public void closeUnlessHeld(FileId id, Closeable opened) throws IOException {
        lock.readLock().lock();
        try {
            HeldFile known = held.get(id);
            if (known == null) {
                opened.close();
            } else {
                known.keep(opened);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    private Optional<OpenFile> tryOpen(Path file) throws IOException {
        FileId id = FileId.of(file);
        HeldFile known = held.get(id);
        if (known != null) {
            return Optional.of(new OpenFile(file, id, known.channel(), () -> {}));
        }
        if (isIndexOfHeldDatabase(file)) {
            throw new FileHeldException(file);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        if (FileId.ifExists(file).filter(id::equals).isEmpty()) {
            closeUnknown(channel);
            return Optional.empty();
        }
        return Optional.of(new OpenFile(file, id, channel, () -> closeUnlessHeld(id, channel)));
    }

    private boolean isIndexOfHeldDatabase(Path file) throws IOException {
        Optional<Path> database = Companions.databaseOfIndex(file);
        return database.isPresent()
                && FileId.ifExists(database.get()).filter(held::containsKey).isPresent();
    }

    private void closeUnknown(FileChannel channel) throws IOException {
        if (held.isEmpty()) {
            channel.close();
            return;
        }
        synchronized (unknown) {
            unknown.add(channel);
        }
    }

    /**
     * Takes a database before a connection to it is opened. Its index is taken too, now if it is there, else by {@link Hold#takeIndex}.
     *
     * @param database a regular file
     */
    public Hold hold(Path database) throws IOException {
        Hold hold = new Hold(this, database, take(database));
        try {
            hold.takeIndexIfExists();
        } catch (IOException e) {
            hold.close();
            throw e;
        }
        return hold;
    }

    /** Adds an owner to a file's entry, making it where it is the first. */
    HeldFile take(Path file) throws IOException {
        lock.writeLock().lock();
        try {
            FileId id = FileId.of(file);
            HeldFile entry = held.get(id);
            if (entry == null) {
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                if (FileId.ifExists(file).filter(id::equals).isEmpty()) {
                    closeUnknown(channel);
                    throw new IOException(file + ": was replaced while it was opened");
                }
                entry = new HeldFile(id, file, channel);
                held.put(id, entry);
            }
            entry.addOwner();
            return entry;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Adds the only owner of a file, or null where it has one already. */
    HeldFile takeAlone(Path file) throws IOException {
        lock.writeLock().lock();
        try {
            return held.containsKey(FileId.of(file)) ? null : take(file);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Takes an owner away; with the last one the descriptors are closed. All its connections are closed by then. */
    void release(HeldFile entry) throws IOException {
        lock.writeLock().lock();
        try {
            if (entry.removeOwner()) {
                held.remove(entry.id());
                entry.closeAll();
            }
            if (held.isEmpty()) {
                synchronized (unknown) {
                    for (FileChannel channel : unknown) {
                        channel.close();
                    }
                    unknown.clear();
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
