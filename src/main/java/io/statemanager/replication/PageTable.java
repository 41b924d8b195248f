package io.statemanager.replication;

import io.statemanager.ltx.Crc64;
import io.statemanager.wal.WalPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The checksums of all pages of a replica's content at one TXID, {@code <data-dir>/replication/<key>.pages}: what the next capture
 * compares with, so that only pages that differ go up.
 *
 * <p>File: 8 bytes for each page (0 for the lock page), then 64 bytes: magic, TXID, page size, number of pages, hash of the database, where in
 * the log the database had this content (salts, frame, the frame's checksum), CRC-64 of everything before. Big-endian. A file that is
 * damaged in any way is no table. Read through a window of 64 KiB; one thread at a time.
 */
final class PageTable implements AutoCloseable {
    static final int FOOTER = 64;
    static final long MAGIC = 0x534D504147455332L; // SMPAGES2
    private static final int WINDOW = 1 << 16;

    /**
     * What a table is of.
     *
     * @param mark where in its log the database had this content; frame 0 where it is tied to no log
     */
    record State(long txid, int pageSize, int pages, long checksum, WalPosition mark) {}

    private final FileChannel file;
    private final State state;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
    private long windowAt;

    private PageTable(FileChannel file, State state) {
        this.file = file;
        this.state = state;
    }

    /** Opens a table and verifies all of it; empty where there is none that can be used. */
    static Optional<PageTable> open(Path path) throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            Optional<State> state = verify(file);
            if (state.isPresent()) {
                return Optional.of(new PageTable(file, state.get()));
            }
        } catch (IOException e) {
            file.close();
            throw e;
        }
        file.close();
        return Optional.empty();
    }

    State state() {
        return state;
    }

    /** The checksum of a page that the table covers. */
    long get(int pgno) throws IOException {
        long at = (pgno - 1L) * Long.BYTES;
        if (at < windowAt || at + Long.BYTES > windowAt + window.limit()) {
            windowAt = at;
            window.clear();
            while (window.hasRemaining() && file.read(window, windowAt + window.position()) >= 0) {}
            window.flip();
        }
        return window.getLong((int) (at - windowAt));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static Optional<State> verify(FileChannel file) throws IOException {
        long entries = file.size() - FOOTER;
        if (entries < 0) {
            return Optional.empty();
        }
        Crc64 crc = new Crc64();
        ByteBuffer chunk = ByteBuffer.allocate(WINDOW);
        ByteBuffer footer = ByteBuffer.allocate(FOOTER);
        for (long at = 0; at < entries; at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(WINDOW, entries - at));
            readFully(file, chunk, at);
            crc.update(chunk.array(), 0, chunk.limit());
        }
        readFully(file, footer, entries);
        crc.update(footer.array(), 0, FOOTER - Long.BYTES);
        ByteBuffer in = footer.flip();
        if (in.getLong() != MAGIC || in.getLong(FOOTER - Long.BYTES) != crc.value()) {
            return Optional.empty();
        }
        State state = new State(
                in.getLong(),
                in.getInt(),
                in.getInt(),
                in.getLong(),
                new WalPosition(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt()));
        return state.pages() * (long) Long.BYTES == entries ? Optional.of(state) : Optional.empty();
    }

    private static void readFully(FileChannel file, ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int read = file.read(target, at);
            if (read < 0) {
                throw new IOException("page table is shorter than it was");
            }
            at += read;
        }
    }
}
