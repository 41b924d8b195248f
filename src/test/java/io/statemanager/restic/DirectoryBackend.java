package io.statemanager.restic;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A repository in a local folder, laid out as restic's local backend does, so that restic can open it. Not durable: tests need no fsync. */
final class DirectoryBackend implements Backend {

    private final Path root;
    private final AtomicLong temporaries = new AtomicLong();

    DirectoryBackend(Path root) {
        this.root = root;
    }

    @Override
    public void save(FileType type, String name, ByteBuffer data) throws IOException {
        Path target = path(type, name);
        Files.createDirectories(target.getParent());
        // restic looks for all of its folders.
        for (FileType each : FileType.values()) {
            if (each != FileType.CONFIG) {
                Files.createDirectories(root.resolve(each.prefix()));
            }
        }
        Path temporary = target.resolveSibling("t" + temporaries.incrementAndGet() + ".tmp");
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // In slices: for a heap buffer the JDK keeps a direct one of the same size for each thread.
            for (int at = data.position(); at < data.limit(); ) {
                at += out.write(data.slice(at, Math.min(64 * 1024, data.limit() - at)));
            }
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public byte[] load(FileType type, String name) throws IOException {
        try {
            return Files.readAllBytes(path(type, name));
        } catch (NoSuchFileException e) {
            throw new MissingObject(type, name);
        }
    }

    @Override
    public byte[] load(FileType type, String name, long offset, int length) throws IOException {
        Path file = path(type, name);
        if (!Files.exists(file)) {
            throw new MissingObject(type, name);
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            if (in.length() < offset + length) {
                throw new CorruptObject(type, name, "it ends before byte " + (offset + length));
            }
            byte[] bytes = new byte[length];
            in.seek(offset);
            in.readFully(bytes);
            return bytes;
        }
    }

    @Override
    public List<FileInfo> list(FileType type) throws IOException {
        List<FileInfo> found = new ArrayList<>();
        Path folder = root.resolve(type.prefix());
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> type.nameAt(root.relativize(file).toString())
                            .ifPresent(name -> found.add(info(file, name))));
        }
        return found;
    }

    private static FileInfo info(Path file, String name) {
        try {
            return new FileInfo(
                    name, Files.size(file), Files.getLastModifiedTime(file).toInstant());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void remove(FileType type, String name) throws IOException {
        Files.deleteIfExists(path(type, name));
    }

    Path path(FileType type, String name) {
        return root.resolve(type.path(name));
    }
}
