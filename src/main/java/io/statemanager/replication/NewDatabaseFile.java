package io.statemanager.replication;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands.Found;
import io.statemanager.bus.FailureCode;
import io.statemanager.runtime.Failpoints;
import io.statemanager.sqlite.Companions;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A position as a new file that is nobody's database yet: made beside under a name of its own, verified, synced, and given its name only
 * then, in one step that never replaces a file. Readable for us alone, since a database may hold secrets. Blocking.
 *
 * <p>A log or journal beside the name would be taken for the new file's by SQLite, so there may be none of these either.
 */
final class NewDatabaseFile {
    private final Context context;
    private final DatabaseRestore restore;

    NewDatabaseFile(Context context, DatabaseRestore restore) {
        this.context = context;
        this.restore = restore;
    }

    void make(Found found, Path output) throws IOException {
        requireFree(output);
        requireRoom(found, output);
        Path beside = Files.createTempFile(
                output.getParent(),
                ".",
                DatabaseSwap.SUFFIX,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Path table = context.spool().extractedTable(found.name());
        try {
            restore.run(found.name(), found.position().txid(), beside, table);
            Failpoints.hit("database.extract.made");
            requireFree(output);
            appear(beside, output);
            SpoolDirectory.syncDirectory(output.getParent());
            Failpoints.hit("database.extract.named");
        } finally {
            Files.deleteIfExists(beside);
            Files.deleteIfExists(table);
        }
    }

    private static void requireFree(Path output) {
        for (Path companion : Companions.of(output)) {
            if (Files.exists(companion, LinkOption.NOFOLLOW_LINKS)) {
                throw exists(companion, "SQLite would take it for a part of the new database");
            }
        }
        if (Files.exists(output, LinkOption.NOFOLLOW_LINKS)) {
            throw exists(output, "a restore never replaces a file");
        }
    }

    private static CommandException exists(Path file, String why) {
        return CommandException.of(FailureCode.OUTPUT_EXISTS, file + " is there already, and " + why)
                .withHint("name a file that is not there, or remove that one");
    }

    private static void requireRoom(Found found, Path output) throws IOException {
        long usable = Files.getFileStore(output.getParent()).getUsableSpace();
        if (usable < found.sizeBytes()) {
            throw CommandException.of(
                    FailureCode.DISK_FULL,
                    "the database '" + found.name() + "' has " + (found.sizeBytes() >> 20) + " MiB at TXID "
                            + found.position().txid() + ", and there is room for " + (usable >> 20) + " MiB at "
                            + output.getParent());
        }
    }

    /** A second name for the finished file, which fails where there is one; not every filesystem has that. */
    private static void appear(Path beside, Path output) throws IOException {
        try {
            Files.createLink(output, beside);
        } catch (FileAlreadyExistsException e) {
            throw exists(output, "a restore never replaces a file");
        } catch (UnsupportedOperationException | FileSystemException e) {
            requireFree(output);
            Files.move(beside, output, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
