package io.statemanager.environment;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The intent of a restore that is under way, {@code journal/restore.json}: written before the restore's line commit and removed when the tree
 * equals the target. As long as it is there the tree may be half of one state and half of another. Blocking; for worker threads.
 */
final class Journal {
    private final Path file;

    /**
     * @param format 1
     * @param target what is restored, in words: a checkpoint, or a database's position
     * @param commit the id of the line commit that names it
     * @param began whether that commit is confirmed, so that the tree may be half replaced
     * @param databases the positions with their bases
     */
    record Intent(int format, String target, String commit, boolean began, Map<String, DatabasePosition> databases) {
        static final int FORMAT = 1;

        Intent begun() {
            return new Intent(format, target, commit, true, databases);
        }
    }

    Journal(Path dataDir) {
        this.file = dataDir.resolve("journal").resolve("restore.json");
    }

    void write(Intent intent) {
        try {
            DurableFile.write(file, Json.document(intent));
        } catch (IOException e) {
            throw CommandException.of(
                    FailureCode.DIRECTORY_FAILED, "the journal cannot be written: " + e.getMessage(), e);
        }
    }

    void remove() {
        try {
            DurableFile.delete(file);
        } catch (IOException e) {
            throw CommandException.of(
                    FailureCode.DIRECTORY_FAILED, "the journal cannot be removed: " + e.getMessage(), e);
        }
    }

    /** What is there, or null. */
    Intent read() {
        try {
            return Json.bind(Json.parse(Files.readAllBytes(file), FailureCode.DIRECTORY_FAILED), Intent.class);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw CommandException.of(FailureCode.DIRECTORY_FAILED, "the journal cannot be read: " + e.getMessage(), e);
        }
    }
}
