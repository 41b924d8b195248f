package io.statemanager.storage.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where this process writes what is not an object yet: a directory of its own beside those of other processes. Each is held by a lock
 * for as long as its process lives, so what a killed process has left behind is known and removed at the next start.
 */
final class Temporaries {
    private static final String LOCK = ".lock";

    private final Path own;
    /** Open until the process ends: it says that {@link #own} is in use. */
    private final FileChannel ownLock;

    private final AtomicLong count = new AtomicLong();

    private Temporaries(Path own, FileChannel ownLock) {
        this.own = own;
        this.ownLock = ownLock;
    }

    /** @param directory of all processes' temporaries, on the file system of the objects */
    static Temporaries in(Path directory) throws IOException {
        Files.createDirectories(directory);
        removeStale(directory);
        Path own = directory.resolve(randomName());
        FileChannel lock = FileChannel.open(lockOf(own), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock.lock();
        Files.createDirectory(own);
        return new Temporaries(own, lock);
    }

    /** A name for a new file. */
    Path next() {
        if (!ownLock.isOpen()) {
            throw new IllegalStateException("the lock of " + own + " was closed");
        }
        return own.resolve(Long.toString(count.incrementAndGet()));
    }

    static String randomName() {
        byte[] random = new byte[8];
        ThreadLocalRandom.current().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static Path lockOf(Path own) {
        return own.resolveSibling(own.getFileName() + LOCK);
    }

    private static void removeStale(Path directory) throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(directory, "*" + LOCK)) {
            for (Path lock : locks) {
                removeIfStale(lock);
            }
        }
    }

    private static void removeIfStale(Path lock) throws IOException {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            if (held != null) {
                String name = lock.getFileName().toString();
                removeAll(lock.resolveSibling(name.substring(0, name.length() - LOCK.length())));
                Files.deleteIfExists(lock);
            }
        } catch (NoSuchFileException removedByAnother) {
            // Then there is nothing to do.
        } catch (OverlappingFileLockException ofThisProcess) {
            // Another directory object of this JVM holds it.
        }
    }

    private static void removeAll(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(directory);
        }
    }
}
