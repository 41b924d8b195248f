package io.statemanager.environment;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The environment directory, as far as ownership looks at it: which directory it is, and whether there is anything in it that somebody but the
 * manager made. Blocking; for worker threads.
 */
final class LocalTree {
    /** Below the environment directory; see {@code sqlite} for how it is made. */
    static final String DEFAULT_DATABASE = "db/app.sqlite";

    private static final byte[] SQLITE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int CELLS_AT = 103;

    private final Path envDir;
    private final Path lockFile;

    LocalTree(Path envDir, Path dataDir) {
        this.envDir = envDir;
        this.lockFile = dataDir.resolve("lock");
    }

    Path envDir() {
        return envDir;
    }

    /** Makes the directory where it is missing. */
    void create() {
        try {
            Files.createDirectories(envDir);
        } catch (IOException e) {
            throw CommandException.of(
                    FailureCode.DIRECTORY_FAILED,
                    "the environment directory " + envDir + " cannot be made: " + e.getMessage(),
                    e);
        }
    }

    StateDocument.Machine machine() {
        try {
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).trim();
            Map<String, Object> lock = Files.readAttributes(lockFile, "unix:dev,ino");
            Map<String, Object> env =
                    Files.exists(envDir) ? Files.readAttributes(envDir, "unix:dev,ino") : Map.of("dev", 0L, "ino", 0L);
            return new StateDocument.Machine(
                    boot, (long) lock.get("dev"), (long) lock.get("ino"), (long) env.get("dev"), (long) env.get("ino"));
        } catch (IOException e) {
            throw CommandException.of(
                    FailureCode.DIRECTORY_FAILED, "this machine cannot be told from others: " + e.getMessage(), e);
        }
    }

    /**
     * Whether nothing local exists: the directory is missing or holds only what the manager itself made and nobody changed, that is the empty
     * default database with its directory.
     */
    boolean isEmpty() {
        if (!Files.isDirectory(envDir, LinkOption.NOFOLLOW_LINKS)) {
            return !Files.exists(envDir, LinkOption.NOFOLLOW_LINKS);
        }
        try {
            List<Path> found = new ArrayList<>();
            Files.walkFileTree(envDir, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    return directory.equals(envDir) || directory.equals(envDir.resolve("db"))
                            ? FileVisitResult.CONTINUE
                            : stop(directory);
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    return madeByUs(file, attributes) ? FileVisitResult.CONTINUE : stop(file);
                }

                private FileVisitResult stop(Path path) {
                    found.add(path);
                    return FileVisitResult.TERMINATE;
                }
            });
            return found.isEmpty();
        } catch (IOException e) {
            throw CommandException.of(
                    FailureCode.DIRECTORY_FAILED, "the environment directory cannot be read: " + e.getMessage(), e);
        }
    }

    private boolean madeByUs(Path file, BasicFileAttributes attributes) throws IOException {
        Path database = envDir.resolve(DEFAULT_DATABASE);
        if (file.equals(database)) {
            return attributes.isRegularFile() && isEmptyDatabase(file);
        }
        if (file.equals(Path.of(database + "-wal"))) {
            return attributes.size() == 0;
        }
        return file.equals(Path.of(database + "-shm"));
    }

    /** One page, and no cell on it: a database without a single table. Read before anything of ours has it open. */
    private static boolean isEmptyDatabase(Path file) throws IOException {
        if (Files.size(file) > 65536) {
            return false;
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length == 0) {
            return true;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        byte[] magic = new byte[SQLITE.length];
        if (bytes.length < 512) {
            return false;
        }
        header.get(magic);
        int pageSize = header.getShort() & 0xffff;
        boolean onePage = bytes.length == (pageSize == 1 ? 65536 : pageSize);
        return java.util.Arrays.equals(magic, SQLITE)
                && onePage
                && header.getShort(CELLS_AT) == 0
                && header.getInt(60) <= 1;
    }

    /** Removes everything but these files and the directories that lead to them; for a tree whose newest state has no files at all. */
    void clear(Set<Path> keep) {
        try {
            clear(envDir, keep);
        } catch (IOException e) {
            throw CommandException.of(
                    FailureCode.DIRECTORY_FAILED, "the environment directory cannot be emptied: " + e.getMessage(), e);
        }
    }

    private static boolean clear(Path directory, Set<Path> keep) throws IOException {
        boolean empty = true;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (keep.contains(entry)) {
                    empty = false;
                } else if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) || clear(entry, keep)) {
                    Files.delete(entry);
                } else {
                    empty = false;
                }
            }
        }
        return empty;
    }
}
