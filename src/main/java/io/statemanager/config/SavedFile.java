package io.statemanager.config;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.runtime.Failpoints;
import io.statemanager.runtime.IoReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;

/**
 * {@code config.json} in the data directory: readable by its owner only, and at every moment whole, the old or the new one. A save is durable
 * when it returns: temporary file, sync, rename, sync of the directory. Blocking; the data directory's lock keeps other managers away.
 */
final class SavedFile {
    static final String NAME = "config.json";
    /** What a configuration may hold at most; the same as a request's body. */
    static final int LIMIT = 1 << 20;

    private final Path directory;
    private final Path file;
    private final Path temporary;

    SavedFile(Path dataDir) {
        this.directory = dataDir;
        this.file = dataDir.resolve(NAME);
        this.temporary = dataDir.resolve(NAME + ".tmp");
    }

    Path path() {
        return file;
    }

    /** Whether there is one, broken or not, a dangling link included. */
    boolean exists() {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Reads a configuration's file, this or another, up to the limit. */
    static byte[] read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LIMIT + 1);
            if (bytes.length > LIMIT) {
                throw new IOException("it has more than 1 MiB");
            }
            return bytes;
        }
    }

    /**
     * Replaces the file, or makes it.
     *
     * @param keepFormer whether the file that is there stays beside the new one as {@code config.json.broken-<n>}
     * @throws CommandException {@code disk_full} or {@code directory_failed}; the file that was there is untouched then, except that after a
     *     failure of the very last sync a power loss decides between old and new
     */
    void save(byte[] document, boolean keepFormer) {
        try {
            write(document);
            if (keepFormer && exists()) {
                keepFormer();
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            Failpoints.hit("config.save.renamed");
            sync(directory);
        } catch (IOException e) {
            discardTemporary();
            throw failure(e);
        }
    }

    /** Removes what a save that was cut short left behind. */
    void discardTemporary() {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException stays) {
            // Harmless, since nobody else can read it: the next save removes it or fails with the reason.
        }
    }

    private void write(byte[] document) throws IOException {
        Files.deleteIfExists(temporary);
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel channel = FileChannel.open(temporary, options, owner)) {
            ByteBuffer bytes = ByteBuffer.wrap(document);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            Failpoints.hit("config.save.written");
            channel.force(true);
        }
        Failpoints.hit("config.save.synced");
    }

    /** A second name for the same file, so that its content is not touched at all. */
    private void keepFormer() throws IOException {
        int number = 1;
        while (Files.exists(directory.resolve(NAME + ".broken-" + number), LinkOption.NOFOLLOW_LINKS)) {
            number++;
        }
        Files.createLink(directory.resolve(NAME + ".broken-" + number), file);
        sync(directory);
        Failpoints.hit("config.save.kept");
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private CommandException failure(IOException e) {
        String text = IoReason.of(e).toLowerCase(Locale.ROOT);
        boolean full = text.contains("no space left") || text.contains("quota exceeded");
        return CommandException.of(
                        full ? FailureCode.DISK_FULL : FailureCode.DIRECTORY_FAILED,
                        "the configuration cannot be saved to " + file + ": " + IoReason.of(e),
                        e)
                .withHint(full ? "free some space and send it again" : "the data directory must be writable");
    }
}
