package io.statemanager.checkpoint.save;

import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.linux.Directory;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.RawName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads files into memory while the application stands still, as long as there is room and time. What does not fit is read after the
 * thaw; where it changed by then, the reading finds that out and says so.
 *
 * <p>Thread: one.
 */
public final class FreezeStage implements Stage {
    private static final int PROBE_AT_END = 1;

    private final long maxBytes;
    private final long deadlineNanos;

    /** {@code deadlineNanos}: on the clock of {@link System#nanoTime}. */
    public FreezeStage(long maxBytes, long deadlineNanos) {
        this.maxBytes = maxBytes;
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    public FileSource hold(Directory top, Scan scan, FileSource source) throws IOException {
        Map<String, Held> held = new ConcurrentHashMap<>();
        long left = maxBytes;
        for (String path : scan.pendingDirectories()) {
            try (Directory directory = top.openBelow(path)) {
                for (FileEntry entry : scan.directories().get(path).entries()) {
                    if (entry.isPending() && entry.stat().size() <= left && System.nanoTime() < deadlineNanos) {
                        left -= hold(directory, path, entry, source, held);
                    }
                }
            }
        }
        return new Kept(held, source);
    }

    /** Gives what is held, each file once; the others from where they are. */
    private record Kept(Map<String, Held> files, FileSource source) implements FileSource {
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

    private static long hold(
            Directory directory, String path, FileEntry entry, FileSource source, Map<String, Held> held)
            throws IOException {
        try (FileSource.Reading file = source.open(directory, path, entry)) {
            if (file == null) {
                return 0;
            }
            byte[] bytes = Channels.newInputStream(file.channel())
                    .readNBytes((int) entry.stat().size() + PROBE_AT_END);
            held.put(RawName.join(path, entry.name()), new Held(file.stat(), bytes));
            return bytes.length;
        } catch (ErrnoException e) {
            if (FileSaver.isGone(e)) {
                return 0;
            }
            throw e;
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
