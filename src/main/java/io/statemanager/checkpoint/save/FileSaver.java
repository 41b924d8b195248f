package io.statemanager.checkpoint.save;

import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.linux.Directory;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.RawName;
import io.statemanager.restic.BlobType;
import io.statemanager.restic.BlobWriter;
import io.statemanager.restic.ChunkReader;
import io.statemanager.restic.Id;
import io.statemanager.restic.Polynomial;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads one file and stores it, blob by blob. What it returns says which state of the file that was: the one seen before the first
 * byte was read, settled only if nothing moved until the last one was, and not so soon after a change that the next one could go
 * unnoticed.
 *
 * <p>Safe for several threads; each has a buffer of its own.
 */
final class FileSaver {
    private static final int MAX_UNSTEADY = 100;

    private final BlobWriter writer;
    private final FileSource source;
    private final Attention attention;
    private final ThreadLocal<ChunkReader> chunks;
    private final Map<Long, FileEntry> linked = new ConcurrentHashMap<>();
    private final Set<String> unsteady = new ConcurrentSkipListSet<>();

    final LongAdder files = new LongAdder();
    final LongAdder bytes = new LongAdder();

    FileSaver(BlobWriter writer, Polynomial polynomial, FileSource source, Attention attention) {
        this.writer = writer;
        this.source = source;
        this.attention = attention;
        this.chunks = ThreadLocal.withInitial(() -> new ChunkReader(polynomial));
    }

    /** The entry with its content, or null where the file is gone. */
    FileEntry save(Directory directory, String path, FileEntry entry) throws IOException {
        FileEntry twin = entry.isHardLinked() ? linked.get(entry.stat().inode()) : null;
        if (twin != null && twin.sameAs(entry.stat())) {
            return entry.withContent(twin.stat(), twin.content(), twin.settled());
        }
        String whole = RawName.join(path, entry.name());
        FileEntry saved;
        try (FileSource.Reading file = source.open(directory, path, entry)) {
            saved = file == null ? null : save(directory, whole, entry, file);
        } catch (ErrnoException e) {
            if (!isGone(e)) {
                throw e;
            }
            saved = null;
        }
        if (saved == null) {
            notice(whole);
        }
        return saved;
    }

    /** The same where the directory itself is gone: what was held of the file, or null, and the file is named. */
    FileEntry saveHeld(String path, FileEntry entry) throws IOException {
        String whole = RawName.join(path, entry.name());
        try (FileSource.Reading file = source.held(path, entry)) {
            if (file != null) {
                return save(null, whole, entry, file);
            }
        }
        notice(whole);
        return null;
    }

    private FileEntry save(Directory directory, String path, FileEntry entry, FileSource.Reading file)
            throws IOException {
        FileStat listed = entry.stat();
        if (attention.writesOutFirst(path, listed)) {
            file.writeOut();
        }
        long started = System.currentTimeMillis();
        FileStat before = file.stat();
        if (!before.isFile()) {
            return null;
        }
        // Another state than the scan saw: what it found beside the content may be another one's, too.
        boolean asListed = entry.sameAs(before);
        FileEntry current = asListed ? entry : again(directory, entry, before);
        Stored stored = store(file);
        boolean steady = current.sameAs(file.stat());
        if (!steady || !asListed) {
            notice(path);
        }
        boolean settled = steady && current.isSettledAt(started) && !attention.staysInDoubt(path, before);
        // A node's size is that of its blobs, whatever the file has become meanwhile.
        FileEntry saved = current.withContent(before.withSize(stored.size()), stored.content(), settled);
        files.increment();
        if (entry.isHardLinked()) {
            linked.put(before.inode(), saved);
        }
        return saved;
    }

    private static FileEntry again(Directory directory, FileEntry entry, FileStat stat) throws IOException {
        String name = entry.name();
        return new FileEntry(
                name,
                stat,
                null,
                false,
                "",
                directory == null ? entry.attributes() : directory.xattrs(name).all());
    }

    private void notice(String path) {
        if (unsteady.size() < MAX_UNSTEADY) {
            unsteady.add(RawName.display(path));
        }
    }

    /** Display paths of files that were not as the scan saw them, changed while they were read, or were gone; the first ones. */
    List<String> unsteady() {
        return List.copyOf(unsteady);
    }

    private record Stored(List<Id> content, long size) {}

    private Stored store(FileSource.Reading file) throws IOException {
        ChunkReader reader = chunks.get();
        reader.begin(file.channel());
        List<Id> content = new ArrayList<>(1);
        long size = 0;
        while (reader.next()) {
            content.add(writer.save(BlobType.DATA, reader.buffer(), reader.offset(), reader.length())
                    .id());
            size += reader.length();
        }
        bytes.add(size);
        return new Stored(content, size);
    }

    static boolean isGone(ErrnoException e) {
        return e.isGone() || e.is(ErrnoException.ENXIO);
    }
}
