package io.statemanager.replication;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * {@code <data-dir>/replication}: for each database its page table, the table that becomes it once an upload is known to have happened, and
 * the file that is being uploaded.
 */
record SpoolDirectory(Path path) {
    static SpoolDirectory in(Path dataDir) throws IOException {
        return new SpoolDirectory(Files.createDirectories(dataDir.resolve("replication")));
    }

    Path table(String key) {
        return path.resolve(key + ".pages");
    }

    Path nextTable(String key) {
        return path.resolve(key + ".pages.next");
    }

    Path upload(String key) {
        return path.resolve(key + ".ltx");
    }

    Path snapshot(String key) {
        return path.resolve(key + ".snapshot.ltx");
    }

    /** The table of a file that is restored beside everything else. */
    Path extractedTable(String key) {
        return path.resolve(key + ".extract.pages");
    }

    /** The next table becomes the table, durably. */
    void promote(String key) throws IOException {
        Files.move(nextTable(key), table(key), StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(path);
    }

    static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
