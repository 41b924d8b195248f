package io.statemanager.ltx;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Where each page of a file lies. In the file: for each page, ascending, three varints (page number, offset of its frame, length of
 * its frame), a zero byte, and the number of these bytes with the zero byte as u64.
 *
 * <p>Frames follow each other without holes, so only their starts are kept: 12 bytes a page. Immutable once built.
 */
public final class PageIndex {
    /** Bytes at the end of a file that tell where the index begins: its size, then the trailer. */
    public static final int TAIL = 24;

    private static final int TRAILER = 16;

    private final int[] pgnos;
    private final long[] offsets;
    private final int size;
    private final long pagesEnd;

    private PageIndex(int[] pgnos, long[] offsets, int size, long pagesEnd) {
        this.pgnos = pgnos;
        this.offsets = offsets;
        this.size = size;
        this.pagesEnd = pagesEnd;
    }

    public int size() {
        return size;
    }

    public int pgno(int i) {
        return pgnos[i];
    }

    /** Offset in the file of the i-th frame. */
    public long offset(int i) {
        return offsets[i];
    }

    /** Length of the i-th frame, its header included. */
    public int length(int i) {
        return Math.toIntExact((i + 1 < size ? offsets[i + 1] : pagesEnd) - offsets[i]);
    }

    /** Index of a page, or a negative number where the file does not hold it. */
    public int find(int pgno) {
        return Arrays.binarySearch(pgnos, 0, size, pgno);
    }

    /** Length of the index, its zero byte and its size field, by the last {@link #TAIL} bytes of a file of {@code fileSize} bytes. */
    public static int storedLength(byte[] tail, long fileSize) throws LtxException {
        long length = 0;
        for (int i = 0; i < 8; i++) {
            length = length << 8 | (tail[i] & 0xff);
        }
        long room = fileSize - LtxHeader.SIZE - PageCodec.PAGE_HEADER - TAIL;
        if (length < 1 || length > room || length > Integer.MAX_VALUE - 64) {
            throw LtxException.malformed(
                    "page index of " + Long.toUnsignedString(length) + " bytes in a file of " + fileSize);
        }
        return (int) length + 8;
    }

    /**
     * Reads an index that was fetched alone.
     *
     * @param stored the bytes from the index's start up to the trailer
     * @param fileSize size of the whole file
     */
    public static PageIndex parse(byte[] stored, long fileSize, LtxHeader header) throws IOException {
        long pagesEnd = fileSize - TRAILER - stored.length - PageCodec.PAGE_HEADER;
        Builder builder = new Builder(header, entries(stored));
        Varints in = new Varints(new ByteArrayInputStream(stored, 0, stored.length - 8), null);
        long end = LtxHeader.SIZE;
        for (int pgno = in.pgno(); pgno != 0; pgno = in.pgno()) {
            long offset = in.next();
            long length = in.next();
            if (offset != end || length < PageCodec.PAGE_HEADER || length > pagesEnd - end) {
                throw LtxException.malformed("index entry of page " + pgno + " lies outside of the pages");
            }
            builder.add(pgno, offset);
            end = offset + length;
        }
        if (end != pagesEnd || in.count != stored.length - 8) {
            throw LtxException.malformed("page index does not cover the pages");
        }
        return builder.build(end);
    }

    /** How many entries of three numbers there are, so that no more room is taken than they need. */
    private static int entries(byte[] stored) {
        int numbers = 0;
        for (int i = 0; i < stored.length - 8; i++) {
            numbers += stored[i] >= 0 ? 1 : 0;
        }
        return numbers / 3;
    }

    /** Writes the index as it stands in a file, its size field included. */
    void writeTo(OutputStream out) throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(1 << 13);
        long written = 0;
        for (int i = 0; i < size; i++) {
            varint(chunk, pgnos[i]);
            varint(chunk, offsets[i]);
            varint(chunk, length(i));
            if (chunk.size() > 8000) {
                written += chunk.size();
                chunk.writeTo(out);
                chunk.reset();
            }
        }
        chunk.write(0);
        written += chunk.size();
        for (int shift = 56; shift >= 0; shift -= 8) {
            chunk.write((int) (written >>> shift));
        }
        chunk.writeTo(out);
    }

    /** Reads the index that follows the pages and compares it with this one, made while they were read. */
    void verify(InputStream in, Crc64 crc) throws IOException {
        Varints index = new Varints(in, crc);
        for (int i = 0; i < size; i++) {
            if (index.pgno() != pgnos[i] || index.next() != offsets[i] || index.next() != length(i)) {
                throw LtxException.malformed("index entry " + i + " does not fit the pages");
            }
        }
        if (index.next() != 0) {
            throw LtxException.malformed("index has more entries than pages");
        }
        byte[] length = new byte[8];
        PageCodec.fill(in, length, 0, 8);
        crc.update(length);
        long stored = 0;
        for (byte b : length) {
            stored = stored << 8 | (b & 0xff);
        }
        if (stored != index.count) {
            throw LtxException.malformed("index size does not fit the index");
        }
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        for (; rest > 0x7f; rest >>>= 7) {
            out.write(((int) rest & 0x7f) | 0x80);
        }
        out.write((int) rest);
    }

    /** Collects frames in the order of the file and refuses page numbers that do not ascend or that the header excludes. */
    static final class Builder {
        private final int commit;
        private final int lockPage;
        private int[] pgnos;
        private long[] offsets;
        private int size;

        Builder(LtxHeader header) {
            this(header, 16);
        }

        /** {@code expected}: entries that there is room for from the start. */
        Builder(LtxHeader header, int expected) {
            this.pgnos = new int[expected];
            this.offsets = new long[expected];
            this.commit = header.commit();
            this.lockPage = Pages.lockPage(header.pageSize());
        }

        void add(int pgno, long offset) throws LtxException {
            if (pgno <= (size == 0 ? 0 : pgnos[size - 1]) || pgno > commit || pgno == lockPage) {
                throw LtxException.malformed("page " + Integer.toUnsignedString(pgno)
                        + " out of place in a database of " + commit + " pages");
            }
            if (size == pgnos.length) {
                int grown = (int) Math.min(Integer.MAX_VALUE - 8L, size + (size >> 1) + 16L);
                pgnos = Arrays.copyOf(pgnos, grown);
                offsets = Arrays.copyOf(offsets, grown);
            }
            pgnos[size] = pgno;
            offsets[size++] = offset;
        }

        PageIndex build(long pagesEnd) {
            return new PageIndex(pgnos, offsets, size, pagesEnd);
        }
    }

    /** Reads minimal LEB128 numbers one byte at a time, adding the bytes to a checksum where there is one. */
    private static final class Varints {
        private final InputStream in;
        private final Crc64 crc;
        private final byte[] one = new byte[1];
        private long count;

        Varints(InputStream in, Crc64 crc) {
            this.in = in;
            this.crc = crc;
        }

        int pgno() throws IOException {
            long value = next();
            if (value > Integer.MAX_VALUE) {
                throw LtxException.malformed("page number " + value + " in the index");
            }
            return (int) value;
        }

        long next() throws IOException {
            long value = 0;
            for (int shift = 0; shift < 63; shift += 7) {
                PageCodec.fill(in, one, 0, 1);
                count++;
                if (crc != null) {
                    crc.update(one, 0, 1);
                }
                value |= (one[0] & 0x7fL) << shift;
                if (one[0] >= 0) {
                    return value;
                }
            }
            throw LtxException.malformed("number of more than 63 bits in the index");
        }
    }
}
