package io.statemanager.replication;

import io.statemanager.sqlite.FileHeldException;
import io.statemanager.sqlite.FileId;
import io.statemanager.sqlite.FileRegistry;
import io.statemanager.sqlite.OpenFile;
import io.statemanager.sqlite.SqliteHeader;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Finds every SQLite database below the environment directory by its header; names mean nothing. A database has a whole number of pages, so
 * files of other sizes are not opened at all (one that was torn is an ordinary file), nor are those whose names are no text. Symbolic links are
 * not followed and other filesystems not entered. Files that were no databases before and have not changed since are not opened again. One thread at a time.
 */
final class Discovery {
    private static final int LEAST_PAGE = 512;

    private final FileRegistry registry;
    private final Path root;
    /** Fingerprints of files that were no databases, sorted: 8 bytes a file. */
    private long[] others = new long[0];

    Discovery(FileRegistry registry, Path root) {
        this.registry = registry;
        this.root = root;
    }

    /** Paths below the root, of files that are databases now. */
    List<Path> find() throws IOException {
        List<Path> found = new ArrayList<>();
        LongStream.Builder seen = LongStream.builder();
        long device = FileId.of(root).device();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                boolean elsewhere = FileId.ifExists(directory)
                        .filter(id -> id.device() == device)
                        .isEmpty();
                return elsewhere ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (mayBeDatabase(file, attributes) && isDatabase(file, seen)) {
                    found.add(root.relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE; // gone, or not ours to read: the scan of the files reports it
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        others = seen.build().sorted().toArray();
        return found;
    }

    private static boolean mayBeDatabase(Path file, BasicFileAttributes attributes) {
        return attributes.isRegularFile()
                && attributes.size() > 0
                && attributes.size() % LEAST_PAGE == 0
                && !DatabaseSwap.isBeside(file)
                && isText(file);
    }

    /** Whether the text of the path leads back to it. Documents hold texts, so whatever has none is an ordinary file. */
    private static boolean isText(Path file) {
        try {
            return Path.of(file.toString()).equals(file);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private boolean isDatabase(Path file, LongStream.Builder seen) throws IOException {
        try {
            long fingerprint = FileStamp.of(file).fingerprint();
            boolean is = Arrays.binarySearch(others, fingerprint) < 0 && hasHeader(file);
            if (!is) {
                seen.add(fingerprint);
            }
            return is;
        } catch (NoSuchFileException | FileHeldException e) {
            return false;
        }
    }

    private boolean hasHeader(Path file) throws IOException {
        try (OpenFile open = registry.openForRead(file)) {
            return SqliteHeader.read(open).isPresent();
        } catch (java.nio.file.AccessDeniedException e) {
            return false;
        }
    }
}
