package io.statemanager.checkpoint.repository;

import io.statemanager.restic.Backend;
import io.statemanager.restic.FileInfo;
import io.statemanager.restic.FileType;
import io.statemanager.restic.Id;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Keeps index files on disk, as they are in the store, so that opening reads only new ones. A file that is not what its name says is
 * fetched again; what the store does not list any more is removed. May be deleted at any time. Safe for several threads.
 */
final class IndexCache implements Backend {
    private final Backend behind;
    private final Path directory;

    IndexCache(Backend behind, Path directory) {
        this.behind = behind;
        this.directory = directory;
    }

    @Override
    public void save(FileType type, String name, ByteBuffer data) throws IOException {
        behind.save(type, name, data);
        if (type == FileType.INDEX) {
            byte[] bytes = new byte[data.remaining()];
            data.duplicate().get(bytes);
            keep(name, bytes);
        }
    }

    @Override
    public byte[] load(FileType type, String name) throws IOException {
        if (type != FileType.INDEX) {
            return behind.load(type, name);
        }
        byte[] kept = read(name);
        if (kept != null) {
            return kept;
        }
        byte[] bytes = behind.load(type, name);
        keep(name, bytes);
        return bytes;
    }

    private byte[] read(String name) {
        try {
            byte[] bytes = Files.readAllBytes(directory.resolve(name));
            return Id.hashOf(bytes).toString().equals(name) ? bytes : null;
        } catch (IOException absent) {
            return null;
        }
    }

    /** A disk that is full must not fail what is in the store already. */
    private void keep(String name, byte[] bytes) {
        Path temporary = directory.resolve("new-" + UUID.randomUUID());
        try {
            Files.createDirectories(directory);
            Files.write(temporary, bytes);
            Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            deleteQuietly(temporary);
        }
    }

    /** Removes what the repository does not consist of any more. */
    void retain(Set<Id> files) {
        try (DirectoryStream<Path> kept = Files.newDirectoryStream(directory)) {
            for (Path file : kept) {
                String name = file.getFileName().toString();
                if (!Id.isValid(name) || !files.contains(Id.parse(name))) {
                    deleteQuietly(file);
                }
            }
        } catch (IOException e) {
            // No directory, or not ours to read: then it holds nothing that could be removed.
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // A cache file too many does no harm.
        }
    }

    @Override
    public byte[] load(FileType type, String name, long offset, int length) throws IOException {
        return behind.load(type, name, offset, length);
    }

    @Override
    public List<FileInfo> list(FileType type) throws IOException {
        return behind.list(type);
    }

    @Override
    public void remove(FileType type, String name) throws IOException {
        behind.remove(type, name);
    }
}
