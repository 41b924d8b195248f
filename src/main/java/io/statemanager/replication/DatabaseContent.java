package io.statemanager.replication;

import io.statemanager.wal.ByteSource;
import io.statemanager.wal.WalFrame;
import io.statemanager.wal.WalHeader;
import io.statemanager.wal.WalPages;
import io.statemanager.wal.WalPosition;
import io.statemanager.wal.WalReader;
import io.statemanager.wal.WalTail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * The pages of a database at one instant: the newest frame where the log holds the page, else the database file, else zeros (a page that
 * was never written, beyond the end of the file). Reads ahead in ascending order; one thread. Closes its descriptor of the log, never that
 * of the database.
 */
final class DatabaseContent implements AutoCloseable {
    private static final int WINDOW = 1 << 20;

    private final ByteSource file;
    private final Log log;
    private final int pageSize;
    private final int pages;
    private final byte[] window;
    private long windowAt;
    private int windowEnd;

    /** An opened log with what is taken from it. */
    private record Log(FileChannel channel, ByteSource source, WalHeader header, WalPages pages) {}

    private DatabaseContent(ByteSource file, Log log, int pageSize, int pages) {
        this.file = file;
        this.log = log;
        this.pageSize = pageSize;
        this.pages = pages;
        this.window = new byte[Math.max(WINDOW, pageSize)];
    }

    /**
     * The content at a captured instant; the read mark is still held.
     *
     * @throws IOException also where the log is not the one that the index described
     */
    static DatabaseContent at(CapturePoint point, ByteSource file, Path logPath) throws IOException {
        if (point.writtenBack()) {
            return ofFile(file, point.pageSize(), point.pages());
        }
        FileChannel channel = FileChannel.open(logPath, StandardOpenOption.READ);
        try {
            ByteSource source = new LogChanges.ChannelSource(channel);
            WalPosition mark = point.mark();
            Optional<WalHeader> header = WalHeader.read(source)
                    .filter(h -> h.hasSalts(mark.salt1(), mark.salt2()) && h.pageSize() == point.pageSize());
            if (header.isEmpty()) {
                throw new IOException(logPath + ": is not the log that its index describes");
            }
            WalPages pages = WalPages.committed(source, header.get(), 1, mark.frame(), point.pages());
            return new DatabaseContent(
                    file, new Log(channel, source, header.get(), pages), point.pageSize(), point.pages());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** A file that nobody writes to, without a log. */
    static DatabaseContent ofFile(ByteSource file, int pageSize, int pages) {
        return new DatabaseContent(file, null, pageSize, pages);
    }

    /** What SQLite would make of a database and its log that nobody has open. */
    static DatabaseContent recovered(ByteSource file, int filePageSize, Path logPath) throws IOException {
        Log log = null;
        int pages = Math.toIntExact((file.size() + filePageSize - 1) / filePageSize);
        if (Files.exists(logPath)) {
            FileChannel channel = FileChannel.open(logPath, StandardOpenOption.READ);
            try {
                ByteSource source = new LogChanges.ChannelSource(channel);
                Optional<WalHeader> header = WalHeader.read(source);
                WalTail tail = header.isEmpty() ? null : WalTail.recovered(new WalReader(source, header.get()));
                if (tail != null && tail.frames() > 0) {
                    pages = tail.commit();
                    log = new Log(channel, source, header.get(), tail.pages());
                }
            } finally {
                if (log == null) {
                    channel.close();
                }
            }
        }
        return new DatabaseContent(
                file, log, log == null ? filePageSize : log.header().pageSize(), pages);
    }

    int pageSize() {
        return pageSize;
    }

    int pages() {
        return pages;
    }

    /** Reads a page to the start of {@code page}. */
    void read(int pgno, byte[] page) throws IOException {
        int frame = log == null ? 0 : log.pages().frameOf(pgno);
        if (frame > 0) {
            long at = log.header().frameOffset(frame) + WalFrame.HEADER;
            if (!log.source().fill(ByteBuffer.wrap(page, 0, pageSize), at)) {
                throw new IOException("frame " + frame + " is missing in the write-ahead log");
            }
            return;
        }
        long at = (pgno - 1L) * pageSize;
        if (at < windowAt || at + pageSize > windowAt + windowEnd) {
            fillWindow(at);
        }
        int from = (int) (at - windowAt);
        int there = Math.max(0, Math.min(pageSize, windowEnd - from));
        System.arraycopy(window, from, page, 0, there);
        Arrays.fill(page, there, pageSize, (byte) 0);
    }

    private void fillWindow(long at) throws IOException {
        ByteBuffer target = ByteBuffer.wrap(window);
        file.fill(target, at);
        windowAt = at;
        windowEnd = target.position();
    }

    @Override
    public void close() throws IOException {
        if (log != null) {
            log.channel().close();
        }
    }
}
