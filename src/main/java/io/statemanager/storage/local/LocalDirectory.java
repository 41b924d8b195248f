package io.statemanager.storage.local;

import io.statemanager.storage.Keys;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One directory of objects as this JVM uses it: its lock, its temporaries, and how names get there durably. Exactly one for each
 * directory and JVM, kept until the JVM ends, since file locks belong to the process and end with the first descriptor that is closed.
 *
 * <p>What is no object lies below {@code .state-manager/}; no key can have that name.
 */
final class LocalDirectory {
    private static final String OWN = ".state-manager";
    private static final long OPENING = TimeUnit.SECONDS.toNanos(10);
    private static final Map<Object, LocalDirectory> OPEN = new HashMap<>();

    private final Path root;
    private final DirectoryLock lock;
    private final Temporaries temporaries;

    private LocalDirectory(Path root, DirectoryLock lock, Temporaries temporaries) {
        this.root = root;
        this.lock = lock;
        this.temporaries = temporaries;
    }

    /** Makes the directory if it is missing (0700). Blocks. */
    static LocalDirectory open(Path path) throws IOException, TimeoutException {
        Path parent = path.toAbsolutePath().getParent();
        Files.createDirectories(path);
        if (parent != null) {
            sync(parent);
        }
        Path root = path.toRealPath();
        Object identity = Files.readAttributes(root, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
        synchronized (OPEN) {
            LocalDirectory known = OPEN.get(identity);
            if (known == null) {
                known = create(root);
                OPEN.put(identity, known);
            }
            return known;
        }
    }

    private static LocalDirectory create(Path root) throws IOException, TimeoutException {
        Path own = root.resolve(OWN);
        Files.createDirectories(own);
        DirectoryLock lock = new DirectoryLock(own.resolve("lock"));
        Temporaries temporaries =
                lock.exclusively(System.nanoTime() + OPENING, () -> Temporaries.in(own.resolve("tmp")));
        requireAttributes(temporaries.next());
        return new LocalDirectory(root, lock, temporaries);
    }

    private static void requireAttributes(Path file) throws IOException {
        Files.createFile(file);
        try {
            LocalVersion.describe(file, "probe", "probe", Map.of());
        } catch (IOException e) {
            throw new StoreException(
                    StoreError.UNSUPPORTED,
                    "open",
                    "",
                    "the file system of " + file + " keeps no user attributes: " + e.getMessage(),
                    "use ext4, xfs, btrfs, zfs, or tmpfs of Linux 6.6 or later",
                    false,
                    e);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    Path root() {
        return root;
    }

    Path temporary() {
        return temporaries.next();
    }

    /** The place of an object's file. */
    Path file(String operation, String key) {
        Path file = root;
        for (String name : KeyPaths.names(operation, Keys.check(operation, key))) {
            file = file.resolve(name);
        }
        return file;
    }

    <T> T exclusively(long deadline, DirectoryLock.Section<T> section) throws IOException, TimeoutException {
        return lock.exclusively(deadline, section);
    }

    /** Makes the missing directories above a file, each durable in its parent. Under the lock. */
    void makeFoldersFor(Path file) throws IOException {
        Path folder = file.getParent();
        if (Files.isDirectory(folder)) {
            return;
        }
        makeFoldersFor(folder);
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder);
            sync(folder.getParent());
        }
    }

    /** Removes the folders above a removed file that are empty now, so that no folder outlives its objects. Under the lock. */
    void removeEmptyFolders(Path file) throws IOException {
        Path folder = file.getParent();
        while (!folder.equals(root) && isEmpty(folder)) {
            Files.delete(folder);
            folder = folder.getParent();
        }
    }

    /** The folder of a file, or the first one above it that is still there. */
    Path nearestFolder(Path file) {
        Path folder = file.getParent();
        while (!folder.equals(root) && !Files.isDirectory(folder)) {
            folder = folder.getParent();
        }
        return folder;
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        try (var files = Files.newDirectoryStream(folder)) {
            return !files.iterator().hasNext();
        }
    }

    /** Makes the names in a directory durable; one that is not there any more has nothing to keep. */
    static void sync(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Names directly in a folder; none where there is no such folder. */
    static List<Path> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
