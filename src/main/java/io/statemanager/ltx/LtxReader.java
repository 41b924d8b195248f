package io.statemanager.ltx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads one LTX file from its first byte to its last and believes nothing: page order, sizes, the rules of snapshots, index against
 * pages, the file's checksum, nothing behind the trailer. It takes both page encodings and files with database checksums too.
 *
 * <p>Pages are handed out before the checksum at the end is reached: what was made of them counts only once {@link #next} has returned
 * 0. Confined to one thread; the stream stays the caller's, should be buffered, and is read to its end. Memory: two pages and 12
 * bytes a page.
 */
public final class LtxReader {
    private static final long CHECKSUM_FLAG = 1L << 63;

    private final InputStream in;
    private final LtxHeader header;
    private final PageCodec codec;
    private final byte[] frame;
    private final PageIndex.Builder builder;
    private final Crc64 crc = new Crc64();
    private final Crc64 scratch = new Crc64();
    private long position = LtxHeader.SIZE;
    private long rolling = Pages.emptyChecksum();
    private int pages;
    private int frameLength;
    private PageIndex index;
    private long postApplyChecksum;

    /** Reads the header. */
    public LtxReader(InputStream in) throws IOException {
        this.in = in;
        byte[] bytes = new byte[LtxHeader.SIZE];
        PageCodec.fill(in, bytes, 0, bytes.length);
        header = LtxHeader.decode(bytes);
        codec = new PageCodec(header.pageSize());
        frame = new byte[codec.maxFrame()];
        builder = new PageIndex.Builder(header);
        crc.update(bytes);
    }

    public LtxHeader header() {
        return header;
    }

    /**
     * Reads the next page into the start of {@code page}.
     *
     * @return its number, or 0 when the file has ended and everything in it was found right
     */
    public int next(byte[] page) throws IOException {
        int pgno = advance();
        if (pgno != 0) {
            decode(page);
        }
        return pgno;
    }

    /** Reads the next frame and leaves it as it is; returns its page or 0, as {@link #next} does. Each frame must be decoded, once. */
    int advance() throws IOException {
        if (index != null) {
            return 0;
        }
        frameLength = codec.read(in, frame);
        if (frameLength == 0) {
            finish();
            return 0;
        }
        int pgno = PageCodec.pgno(frame, 0);
        builder.add(pgno, position);
        position += frameLength;
        pages++;
        return pgno;
    }

    /** Decodes the frame that {@link #advance} read. */
    void decode(byte[] page) throws IOException {
        int pgno = codec.decode(frame, 0, frameLength, page, 0);
        crc.update(frame, 0, PageCodec.checksummedPrefix(frame, 0)).update(page, 0, header.pageSize());
        if (header.isSnapshot() && header.hasChecksums()) {
            rolling = Pages.combine(rolling, Pages.checksum(scratch, pgno, page, 0, header.pageSize()));
        }
    }

    /** The frame that {@link #advance} read, at the start of a longer array. */
    byte[] frame() {
        return frame;
    }

    int frameLength() {
        return frameLength;
    }

    /** Where the pages lie; known at the end. */
    public PageIndex index() {
        if (index == null) {
            throw new IllegalStateException("the file was not read to its end");
        }
        return index;
    }

    /** Checksum of the database after this file, or 0 where the file has none; known at the end. */
    public long postApplyChecksum() {
        return postApplyChecksum;
    }

    private void finish() throws IOException {
        PageIndex found = builder.build(position);
        int whole = Pages.countWithoutLockPage(0, header.commit(), header.pageSize());
        if (header.isSnapshot() && pages != whole) {
            throw new LtxException(LtxException.Reason.PAGES_MISSING, "snapshot of " + whole + " pages holds " + pages);
        }
        crc.update(new byte[PageCodec.PAGE_HEADER]);
        found.verify(in, crc);
        byte[] trailer = new byte[16];
        PageCodec.fill(in, trailer, 0, trailer.length);
        ByteBuffer fields = ByteBuffer.wrap(trailer);
        crc.update(trailer, 0, 8);
        if (fields.getLong(8) != (CHECKSUM_FLAG | crc.value())) {
            throw new LtxException(LtxException.Reason.CHECKSUM, "file checksum does not fit");
        }
        postApplyChecksum = postApplyChecksum(header, trailer, 0);
        if (header.isSnapshot() && header.hasChecksums() && postApplyChecksum != rolling) {
            throw new LtxException(LtxException.Reason.CHECKSUM, "checksum of the database does not fit the pages");
        }
        if (in.read() >= 0) {
            throw LtxException.malformed("bytes behind the trailer");
        }
        index = found;
    }

    /** Checksum of the database in the trailer, 0 where the file has none. */
    static long postApplyChecksum(LtxHeader header, byte[] trailer, int offset) throws LtxException {
        long checksum = ByteBuffer.wrap(trailer).getLong(offset);
        boolean fits = header.hasChecksums() ? checksum < 0 : checksum == 0;
        if (!fits || (header.commit() == 0 && checksum != Pages.emptyChecksum())) {
            throw LtxException.malformed("checksum after the file does not fit its header");
        }
        return checksum;
    }
}
