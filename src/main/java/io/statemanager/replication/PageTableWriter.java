package io.statemanager.replication;

import io.statemanager.ltx.Crc64;
import io.statemanager.ltx.Pages;
import io.statemanager.wal.WalPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a {@link PageTable} page by page from page 1 on, to a file that becomes the table by a rename once its TXID is durable. One thread.
 */
final class PageTableWriter implements AutoCloseable {
    private final FileChannel file;
    private final Crc64 crc = new Crc64();
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    private long checksum = Pages.emptyChecksum();
    private int pages;

    PageTableWriter(Path path) throws IOException {
        file = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** Adds the next page's checksum, 0 for the lock page. */
    void add(long pageChecksum) throws IOException {
        if (!buffer.hasRemaining()) {
            drain();
        }
        buffer.putLong(pageChecksum);
        if (pageChecksum != 0) {
            checksum = Pages.combineMixed(checksum, pageChecksum);
        }
        pages++;
    }

    /** Rolling checksum of the pages so far. */
    long checksum() {
        return checksum;
    }

    /** Ends the table and makes it durable. */
    PageTable.State finish(long txid, int pageSize, WalPosition mark) throws IOException {
        drain();
        PageTable.State state = new PageTable.State(txid, pageSize, pages, checksum, mark);
        ByteBuffer footer = ByteBuffer.allocate(PageTable.FOOTER);
        footer.putLong(PageTable.MAGIC)
                .putLong(txid)
                .putInt(pageSize)
                .putInt(pages)
                .putLong(checksum);
        footer.putInt(mark.salt1()).putInt(mark.salt2()).putInt(mark.frame());
        footer.putInt(mark.checksum1()).putInt(mark.checksum2());
        int end = PageTable.FOOTER - Long.BYTES;
        footer.putLong(end, crc.update(footer.array(), 0, end).value());
        write(footer.rewind());
        file.force(true);
        return state;
    }

    private void drain() throws IOException {
        crc.update(buffer.array(), 0, buffer.position());
        write(buffer.flip());
        buffer.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
