package io.statemanager.replication;

import io.statemanager.runtime.Failpoints;
import io.statemanager.sqlite.Companions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Puts a finished file in a database's place, or removes a database. The caller has proven that nobody has it open and keeps that proof.
 *
 * <p>Log, index and journal of the old database go first, durably: a new database beside an old log would be a mixture of both. A crash in
 * between leaves the old database without the end of its log, which is why the caller says beforehand that the tree is being replaced.
 */
final class DatabaseSwap {
    static final String SUFFIX = ".state-manager-restore";

    private DatabaseSwap() {}

    /** Where a database is made before it takes its place: beside it, since a rename must not leave the filesystem. */
    static Path beside(Path database) {
        return Path.of(database + SUFFIX);
    }

    static boolean isBeside(Path file) {
        return file.toString().endsWith(SUFFIX);
    }

    static void replace(Path database, Path finished) throws IOException {
        SpoolDirectory.sync(finished);
        removeCompanions(database);
        Failpoints.hit("database.restore.removed");
        Files.move(finished, database, StandardCopyOption.ATOMIC_MOVE);
        SpoolDirectory.syncDirectory(parent(database));
        Failpoints.hit("database.restore.renamed");
    }

    static void remove(Path database) throws IOException {
        boolean isThere =
                Files.isDirectory(parent(database)) && !Files.isDirectory(database, LinkOption.NOFOLLOW_LINKS);
        if (!isThere) {
            return;
        }
        removeCompanions(database);
        Files.deleteIfExists(database);
        SpoolDirectory.syncDirectory(parent(database));
    }

    private static void removeCompanions(Path database) throws IOException {
        for (Path companion : Companions.of(database)) {
            Files.deleteIfExists(companion);
        }
        SpoolDirectory.syncDirectory(parent(database));
    }

    private static Path parent(Path database) {
        return database.toAbsolutePath().getParent();
    }
}
