package io.statemanager.ltx;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Writes one LTX file, page by page in ascending order, without checksums of the database (Litestream refuses files that have them).
 *
 * <p>It refuses what no reader could apply: pages out of order, beyond the commit, the lock page, and a growth hole: when the database
 * grows from {@code previousCommit}, every page of the growth must be written, those too that no log holds. A snapshot is the case
 * {@code previousCommit} 0. Such refusals are {@link LtxException}s, and the bytes written so far are no file.
 *
 * <p>Confined to one thread; the stream stays the caller's and is neither flushed nor closed. Memory: two pages and 12 bytes a page.
 */
public final class LtxWriter {
    private static final long CHECKSUM_FLAG = 1L << 63;

    private final OutputStream out;
    private final LtxHeader header;
    private final int previousCommit;
    private final PageEncoding encoding;
    private final PageCodec codec;
    private final byte[] frame;
    private final Crc64 crc = new Crc64();
    private final PageIndex.Builder index;
    private long written;
    private int grown;

    /** What came out: the size of the file, how many pages it holds, and its own checksum. */
    public record Summary(long size, int pages, long checksum) {}

    public LtxWriter(OutputStream out, LtxHeader header, int previousCommit, PageEncoding encoding) throws IOException {
        this(out, header, previousCommit, encoding, new PageCodec(header.pageSize()));
    }

    LtxWriter(OutputStream out, LtxHeader header, int previousCommit, PageEncoding encoding, PageCodec codec)
            throws IOException {
        if (header.hasChecksums()) {
            throw new LtxException(LtxException.Reason.UNSUPPORTED, "files with database checksums are not written");
        }
        this.out = out;
        this.header = header;
        this.previousCommit = header.isSnapshot() ? 0 : previousCommit;
        this.encoding = encoding;
        this.codec = codec;
        this.frame = new byte[codec.maxFrame()];
        this.index = new PageIndex.Builder(header);
        emit(header.encode(), 0, LtxHeader.SIZE);
        crc.update(header.encode());
    }

    /** Adds the page that starts at {@code offset} of {@code page}. */
    public void page(int pgno, byte[] page, int offset) throws IOException {
        begin(pgno);
        append(frame, 0, codec.encode(encoding, pgno, page, offset, frame), page, offset);
    }

    /** Adds a page by its frame in another file, copied where the encoding is this file's. The frame was decoded to {@code page}. */
    void frame(int pgno, byte[] other, int offset, int length, byte[] page) throws IOException {
        if (PageCodec.encoding(other, offset) == encoding) {
            begin(pgno);
            append(other, offset, length, page, 0);
        } else {
            page(pgno, page, 0);
        }
    }

    private void begin(int pgno) throws LtxException {
        index.add(pgno, written);
        if (pgno > previousCommit) {
            grown++;
        }
    }

    private void append(byte[] encoded, int offset, int length, byte[] page, int pageOffset) throws IOException {
        crc.update(encoded, offset, PageCodec.checksummedPrefix(encoded, offset))
                .update(page, pageOffset, header.pageSize());
        emit(encoded, offset, length);
    }

    /** Writes the end marker, index and trailer. Nothing can be added afterwards. */
    public Summary finish() throws IOException {
        int expected = Pages.countWithoutLockPage(previousCommit, header.commit(), header.pageSize());
        if (grown != expected) {
            throw new LtxException(
                    LtxException.Reason.PAGES_MISSING,
                    "database grows from " + previousCommit + " to " + header.commit() + " pages, but " + grown
                            + " of these " + expected + " pages were written");
        }
        PageIndex pages = index.build(written);
        byte[] end = new byte[PageCodec.PAGE_HEADER];
        crc.update(end);
        emit(end, 0, end.length);
        pages.writeTo(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                crc.update(bytes, offset, length);
                out.write(bytes, offset, length);
                written += length;
            }
        });
        crc.update(new byte[8]);
        long checksum = CHECKSUM_FLAG | crc.value();
        byte[] trailer = new byte[16];
        ByteBuffer.wrap(trailer).putLong(0).putLong(checksum);
        emit(trailer, 0, trailer.length);
        return new Summary(written, pages.size(), checksum);
    }

    private void emit(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        written += length;
    }
}
