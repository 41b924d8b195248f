package io.statemanager.checkpoint.save;

import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.linux.Directory;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.RawName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps files as they are while the application stands still. Those that must be of one instant, the parts of a database, are kept in any
 * case: in memory, and on disk where they do not fit. Of the others those for which there is room in memory, and time; what is left is read
 * after the thaw, and where it changed by then the reading finds that out and says so.
 *
 * <p>Thread: one.
 */
public final class FreezeStage implements Stage {
    private static final int PROBE_AT_END = 1;
    private static final int BLOCK = 256 << 10;

    private final long maxBytes;
    private final long deadlineNanos;
    private final Set<String> ofOneInstant;
    private final Path spool;
    private final Map<String, FileSource.Reading> held = new ConcurrentHashMap<>();

    /**
     * @param deadlineNanos on the clock of {@link System#nanoTime}
     * @param ofOneInstant raw paths below the top
     * @param spool a directory of our own; what is in it is from a former run. Cleared by whoever gave it
     */
    public FreezeStage(long maxBytes, long deadlineNanos, Set<String> ofOneInstant, Path spool) {
        this.maxBytes = maxBytes;
        this.deadlineNanos = deadlineNanos;
        this.ofOneInstant = ofOneInstant;
        this.spool = spool;
    }

    @Override
    public FileSource hold(Directory top, Scan scan, FileSource source) throws IOException {
        long left = maxBytes;
        for (String path : scan.pendingDirectories()) {
            try (Directory directory = top.openBelow(path)) {
                for (FileEntry entry : scan.directories().get(path).entries()) {
                    boolean fits = entry.stat().size() <= left;
                    boolean must = ofOneInstant.contains(RawName.join(path, entry.name()));
                    if (entry.isPending() && (must || (fits && System.nanoTime() < deadlineNanos))) {
                        left -= hold(directory, path, entry, source, fits);
                    }
                }
            }
        }
        return new Kept(held, source);
    }

    /** Returns the bytes of memory that it takes. */
    private long hold(Directory directory, String path, FileEntry entry, FileSource source, boolean inMemory)
            throws IOException {
        try (FileSource.Reading file = source.open(directory, path, entry)) {
            if (file == null) {
                return 0;
            }
            String whole = RawName.join(path, entry.name());
            if (!inMemory) {
                Path copy = spool.resolve(Integer.toString(held.size()));
                copy(file.channel(), copy);
                held.put(whole, new Spooled(file.stat(), copy));
                return 0;
            }
            byte[] bytes = Channels.newInputStream(file.channel())
                    .readNBytes((int) entry.stat().size() + PROBE_AT_END);
            held.put(whole, new Held(file.stat(), bytes));
            return bytes.length;
        } catch (ErrnoException e) {
            if (FileSaver.isGone(e)) {
                return 0;
            }
            throw e;
        }
    }

    private void copy(ReadableByteChannel from, Path to) throws IOException {
        Files.createDirectories(spool);
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        try (FileChannel out = FileChannel.open(
                to, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (from.read(block.clear()) >= 0) {
                block.flip();
                while (block.hasRemaining()) {
                    out.write(block);
                }
            }
        }
    }

    /** A copy on disk, which goes when it has been read. */
    private static final class Spooled implements FileSource.Reading {
        private final FileStat stat;
        private final Path copy;
        private FileChannel channel;

        Spooled(FileStat stat, Path copy) {
            this.stat = stat;
            this.copy = copy;
        }

        @Override
        public FileStat stat() {
            return stat;
        }

        @Override
        public ReadableByteChannel channel() throws IOException {
            channel = FileChannel.open(copy, StandardOpenOption.READ);
            return channel;
        }

        @Override
        public void writeOut() {}

        @Override
        public void close() throws IOException {
            if (channel != null) {
                channel.close();
            }
            Files.deleteIfExists(copy);
        }
    }

    /** Gives what is held, each file once; the others from where they are. */
    private record Kept(Map<String, Reading> files, FileSource source) implements FileSource {
        @Override
        public Reading open(Directory directory, String path, FileEntry entry) throws IOException {
            Reading one = held(path, entry);
            return one == null ? source.open(directory, path, entry) : one;
        }

        @Override
        public Reading held(String path, FileEntry entry) {
            return files.remove(RawName.join(path, entry.name()));
        }
    }

    /** A file as it was. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
    private record Held(FileStat stat, byte[] bytes) implements FileSource.Reading {
        @Override
        public ReadableByteChannel channel() {
            return Channels.newChannel(new ByteArrayInputStream(bytes));
        }

        @Override
        public void writeOut() {}

        @Override
        public void close() {}
    }
}
