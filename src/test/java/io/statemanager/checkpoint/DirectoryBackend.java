package io.statemanager.checkpoint;

import io.statemanager.restic.Backend;
import io.statemanager.restic.CorruptObject;
import io.statemanager.restic.FileInfo;
import io.statemanager.restic.FileType;
import io.statemanager.restic.MissingObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A repository in a directory, laid out as restic's own local backend has it, so that restic can be let loose on it. */
public final class DirectoryBackend implements Backend {
    private final Path root;
    public final AtomicLong reads = new AtomicLong();
    public final AtomicLong bytesRead = new AtomicLong();

    public DirectoryBackend(Path root) {
        this.root = root;
    }

    public Path root() {
        return root;
    }

    @Override
    public void save(FileType type, String name, ByteBuffer data) throws IOException {
        Path file = root.resolve(type.path(name));
        Files.createDirectories(file.getParent());
        Path temporary = root.resolve("tmp-" + UUID.randomUUID());
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = data.duplicate();
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public byte[] load(FileType type, String name) throws IOException {
        reads.incrementAndGet();
        try {
            return Files.readAllBytes(root.resolve(type.path(name)));
        } catch (NoSuchFileException e) {
            throw new MissingObject(type, name);
        }
    }

    @Override
    public byte[] load(FileType type, String name, long offset, int length) throws IOException {
        reads.incrementAndGet();
        bytesRead.addAndGet(length);
        try (FileChannel in = FileChannel.open(root.resolve(type.path(name)))) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            int got = 0;
            while (bytes.hasRemaining() && got >= 0) {
                got = in.read(bytes, offset + bytes.position());
            }
            if (bytes.hasRemaining()) {
                throw new CorruptObject(type, name, "it ends early");
            }
            return bytes.array();
        } catch (NoSuchFileException e) {
            throw new MissingObject(type, name);
        }
    }

    @Override
    public List<FileInfo> list(FileType type) throws IOException {
        Path folder = root.resolve(type.prefix());
        List<FileInfo> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = type.nameAt(root.relativize(file).toString()).orElse(null);
                if (name != null) {
                    found.add(new FileInfo(
                            name,
                            Files.size(file),
                            Files.getLastModifiedTime(file).toInstant()));
                }
            }
        }
        return found;
    }

    @Override
    public void remove(FileType type, String name) throws IOException {
        Files.deleteIfExists(root.resolve(type.path(name)));
    }
}
