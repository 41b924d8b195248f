package io.statemanager.restic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A repository in memory that remembers the order of its writes, counts its reads, and fails where it is told to. */
final class MemoryBackend implements Backend {

    /** Decides before each save; may throw or wait. */
    interface Gate {
        void beforeSave(FileType type) throws IOException;
    }

    final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
    final List<FileType> saved = new ArrayList<>();
    final AtomicInteger reads = new AtomicInteger();
    volatile Gate gate = type -> {};

    @Override
    public void save(FileType type, String name, ByteBuffer data) throws IOException {
        gate.beforeSave(type);
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        objects.putIfAbsent(type.path(name), bytes);
        synchronized (saved) {
            saved.add(type);
        }
    }

    @Override
    public byte[] load(FileType type, String name) throws IOException {
        reads.incrementAndGet();
        byte[] bytes = objects.get(type.path(name));
        if (bytes == null) {
            throw new MissingObject(type, name);
        }
        return bytes.clone();
    }

    @Override
    public byte[] load(FileType type, String name, long offset, int length) throws IOException {
        byte[] bytes = load(type, name);
        if (offset + length > bytes.length) {
            throw new CorruptObject(type, name, "it ends before byte " + (offset + length));
        }
        return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
    }

    @Override
    public List<FileInfo> list(FileType type) {
        List<FileInfo> found = new ArrayList<>();
        objects.forEach((path, bytes) -> {
            if (path.startsWith(type.prefix())) {
                type.nameAt(path).ifPresent(name -> found.add(new FileInfo(name, bytes.length, Instant.EPOCH)));
            }
        });
        return found;
    }

    @Override
    public void remove(FileType type, String name) {
        objects.remove(type.path(name));
    }

    List<FileType> savedSince(int count) {
        synchronized (saved) {
            return List.copyOf(saved.subList(count, saved.size()));
        }
    }

    int savedCount() {
        synchronized (saved) {
            return saved.size();
        }
    }
}
