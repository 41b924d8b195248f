package io.statemanager.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Proof that nobody has a database open, kept until {@link #close}: exclusive locks on all bytes that SQLite locks, in the database and in
 * its index. Every connection in WAL mode has a shared lock on both from its first read on. A process that has opened the file and read
 * nothing yet has none, so {@code /proc} is asked as well.
 *
 * <p>Taken before a database is replaced. Any thread, one at a time; never while a connection of ours is open.
 */
public final class ExclusiveAccess implements AutoCloseable {
    private static final long DATABASE_LOCKS = 1L << 30; // PENDING, RESERVED, then 510 bytes SHARED
    private static final long DATABASE_LOCKS_SIZE = 512;
    private static final long INDEX_LOCKS = 120;
    private static final long INDEX_LOCKS_SIZE = 9; // eight locks and the dead man's switch

    private final FileRegistry registry;
    private final Path database;
    private final List<HeldFile> taken = new ArrayList<>();

    private ExclusiveAccess(FileRegistry registry, Path database) {
        this.registry = registry;
        this.database = database;
    }

    /** Takes the locks, or fails at once. A database that does not exist is nobody's. */
    public static ExclusiveAccess acquire(FileRegistry registry, Path database)
            throws IOException, DatabaseBusyException {
        ExclusiveAccess access = new ExclusiveAccess(registry, database);
        try {
            access.lock(database, DATABASE_LOCKS, DATABASE_LOCKS_SIZE);
            access.lock(Companions.index(database), INDEX_LOCKS, INDEX_LOCKS_SIZE);
            access.askProc();
            return access;
        } catch (IOException | DatabaseBusyException e) {
            access.close();
            throw e;
        }
    }

    /** Fails where {@code /proc} tells of another process that has the database open; touches nothing and opens nothing, so connections of ours may be. */
    public static void refuseHolders(Path database) throws IOException, DatabaseBusyException {
        List<FileId> files = new ArrayList<>();
        for (Path file : List.of(database, Companions.index(database))) {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                files.add(FileId.of(file));
            }
        }
        refuseHolders(database, files);
    }

    private static void refuseHolders(Path database, List<FileId> files) throws DatabaseBusyException {
        List<String> holders = files.isEmpty() ? List.of() : FileHolders.of(files);
        if (!holders.isEmpty()) {
            throw new DatabaseBusyException(database, holders);
        }
    }

    private void lock(Path file, long offset, long size) throws IOException, DatabaseBusyException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        HeldFile held = registry.takeAlone(file);
        if (held == null) {
            throw new DatabaseBusyException(database, List.of("State Manager itself"));
        }
        taken.add(held);
        FileChannel channel = held.openForLocks();
        if (channel.tryLock(offset, size, false) == null) {
            throw new DatabaseBusyException(database, FileHolders.of(List.of(held.id())));
        }
    }

    private void askProc() throws DatabaseBusyException {
        refuseHolders(database, taken.stream().map(HeldFile::id).toList());
    }

    /** Gives the locks back. */
    @Override
    public void close() throws IOException {
        for (HeldFile held : taken) {
            registry.release(held);
        }
        taken.clear();
    }
}
