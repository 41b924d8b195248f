package io.statemanager.ltx;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * One page frame, both ways: 4 bytes page number, 2 bytes flags, then
 *
 * <ul>
 *   <li>flags 1, "block": 4 bytes length, an LZ4 block;
 *   <li>flags 0, "frame": an LZ4 frame of one block: 7 bytes descriptor, 4 bytes length (little-endian, high bit: stored as it is), the
 *       block, 4 zero bytes, 4 bytes xxHash32 of the page (little-endian).
 * </ul>
 *
 * <p>Holds no state beyond the page size; the codecs behind it are safe for many threads. Decompression is the bounds-checked one:
 * the bytes may be anybody's.
 */
public final class PageCodec {
    static final int PAGE_HEADER = 6;
    static final int BLOCK_FLAG = 1;
    private static final int BLOCK_PREFIX = PAGE_HEADER + 4;
    private static final int FRAME_PREFIX = PAGE_HEADER + 11;
    private static final int FRAME_SUFFIX = 8;
    private static final int FRAME_MAGIC = 0x184D2204;
    private static final byte FRAME_FLAGS = 0x64; // version 1, independent blocks, content checksum
    private static final byte FRAME_BLOCK_SIZE = 0x40; // 64 KiB
    private static final int STORED = 0x80000000;

    private static final LZ4SafeDecompressor DECOMPRESSOR =
            LZ4Factory.fastestInstance().safeDecompressor();
    private static final XXHash32 HASH = XXHashFactory.fastestInstance().hash32();

    /** Compresses one page; tests put known blocks in its place. */
    interface Compressor {
        int compress(byte[] page, int offset, byte[] out, int outOffset);
    }

    private final int pageSize;
    private final int maxBlock;
    private final Compressor compressor;

    public PageCodec(int pageSize) {
        this(pageSize, lz4(pageSize));
    }

    PageCodec(int pageSize, Compressor compressor) {
        this.pageSize = pageSize;
        this.maxBlock = maxBlock(pageSize);
        this.compressor = compressor;
    }

    private static Compressor lz4(int pageSize) {
        LZ4Compressor fast = LZ4Factory.fastestInstance().fastCompressor();
        return (page, offset, out, outOffset) ->
                fast.compress(page, offset, pageSize, out, outOffset, maxBlock(pageSize));
    }

    /** LZ4's worst case, a block of literals only. */
    private static int maxBlock(int pageSize) {
        return pageSize + pageSize / 255 + 16;
    }

    /** No frame of either encoding is longer: the size of buffers for {@link #encode} and {@link #read}. */
    public int maxFrame() {
        return FRAME_PREFIX + maxBlock + FRAME_SUFFIX;
    }

    /** Writes a page's frame to the start of {@code out}, which holds at least {@link #maxFrame}; returns its length. */
    public int encode(PageEncoding encoding, int pgno, byte[] page, int offset, byte[] out) {
        ByteBuffer frame = ByteBuffer.wrap(out);
        frame.putInt(pgno);
        if (encoding == PageEncoding.BLOCK) {
            int length = compressor.compress(page, offset, out, BLOCK_PREFIX);
            frame.putShort((short) BLOCK_FLAG).putInt(length);
            return BLOCK_PREFIX + length;
        }
        frame.putShort((short) 0).order(ByteOrder.LITTLE_ENDIAN).putInt(FRAME_MAGIC);
        frame.put(FRAME_FLAGS).put(FRAME_BLOCK_SIZE).put(descriptorHash(FRAME_FLAGS, FRAME_BLOCK_SIZE));
        int length = compressor.compress(page, offset, out, FRAME_PREFIX);
        if (length < pageSize) {
            frame.putInt(length);
        } else {
            length = pageSize;
            System.arraycopy(page, offset, out, FRAME_PREFIX, length);
            frame.putInt(length | STORED);
        }
        frame.position(FRAME_PREFIX + length).putInt(0).putInt(HASH.hash(page, offset, pageSize, 0));
        return frame.position();
    }

    /** Reads the next frame to the start of {@code frame}; returns its length, or 0 for the six zero bytes that end the pages. */
    int read(InputStream in, byte[] frame) throws IOException {
        fill(in, frame, 0, PAGE_HEADER);
        ByteBuffer header = ByteBuffer.wrap(frame);
        int pgno = header.getInt();
        int flags = header.getShort() & 0xffff;
        if (pgno == 0) {
            if (flags != 0) {
                throw LtxException.malformed("end of pages with flags 0x" + Integer.toHexString(flags));
            }
            return 0;
        }
        int prefix = prefixLength(flags);
        fill(in, frame, PAGE_HEADER, prefix - PAGE_HEADER);
        int rest = blockLength(header, flags) + (flags == BLOCK_FLAG ? 0 : FRAME_SUFFIX);
        fill(in, frame, prefix, rest);
        return prefix + rest;
    }

    /**
     * Decodes one frame of exactly {@code length} bytes into {@code page}.
     *
     * @return the page number that it carries
     */
    public int decode(byte[] frame, int offset, int length, byte[] page, int pageOffset) throws LtxException {
        if (length < PAGE_HEADER) {
            throw new LtxException(LtxException.Reason.TRUNCATED, "page frame of " + length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(frame, offset, length).slice();
        int pgno = in.getInt();
        int flags = in.getShort() & 0xffff;
        int prefix = prefixLength(flags);
        int suffix = flags == BLOCK_FLAG ? 0 : FRAME_SUFFIX;
        int block = length < prefix ? -1 : blockLength(in, flags);
        if (pgno <= 0 || length != prefix + block + suffix) {
            throw LtxException.malformed(
                    "frame of page " + Integer.toUnsignedString(pgno) + " does not fit its length");
        }
        boolean stored = flags == 0 && (in.order(ByteOrder.LITTLE_ENDIAN).getInt(prefix - 4) & STORED) != 0;
        unpack(pgno, stored, frame, offset + prefix, block, page, pageOffset);
        if (flags == 0) {
            checkSuffix(pgno, in, prefix + block, page, pageOffset);
        }
        return pgno;
    }

    private void unpack(int pgno, boolean stored, byte[] in, int offset, int length, byte[] page, int pageOffset)
            throws LtxException {
        int size;
        if (stored) {
            size = length;
            System.arraycopy(in, offset, page, pageOffset, Math.min(length, pageSize));
        } else {
            try {
                size = DECOMPRESSOR.decompress(in, offset, length, page, pageOffset, pageSize);
            } catch (LZ4Exception e) {
                throw new LtxException(LtxException.Reason.MALFORMED, "page " + pgno + " cannot be decompressed", e);
            }
        }
        if (size != pageSize) {
            throw LtxException.malformed("page " + pgno + " has " + size + " bytes instead of " + pageSize);
        }
    }

    private void checkSuffix(int pgno, ByteBuffer in, int at, byte[] page, int pageOffset) throws LtxException {
        if (in.getInt(at) != 0) {
            throw LtxException.malformed("page " + pgno + " has more than one LZ4 block");
        }
        if (in.getInt(at + 4) != HASH.hash(page, pageOffset, pageSize, 0)) {
            throw new LtxException(LtxException.Reason.CHECKSUM, "page " + pgno + " fails its LZ4 checksum");
        }
    }

    /** How many bytes of a frame the file's checksum covers before the uncompressed page: the header, and the length of a block. */
    static int checksummedPrefix(byte[] frame, int offset) {
        return encoding(frame, offset) == PageEncoding.BLOCK ? BLOCK_PREFIX : PAGE_HEADER;
    }

    /** Encoding of a frame that was decoded. */
    static PageEncoding encoding(byte[] frame, int offset) {
        return frame[offset + PAGE_HEADER - 1] == BLOCK_FLAG ? PageEncoding.BLOCK : PageEncoding.FRAME;
    }

    /** Page of a frame. */
    static int pgno(byte[] frame, int offset) {
        return ByteBuffer.wrap(frame).getInt(offset);
    }

    /** Length of what stands before the compressed page. */
    private static int prefixLength(int flags) throws LtxException {
        if (flags > BLOCK_FLAG) {
            throw LtxException.malformed("unknown page flags 0x" + Integer.toHexString(flags));
        }
        return flags == BLOCK_FLAG ? BLOCK_PREFIX : FRAME_PREFIX;
    }

    private int blockLength(ByteBuffer frame, int flags) throws LtxException {
        int length;
        if (flags == BLOCK_FLAG) {
            length = frame.getInt(PAGE_HEADER);
        } else {
            checkDescriptor(frame);
            length = Integer.reverseBytes(frame.getInt(FRAME_PREFIX - 4)) & ~STORED;
        }
        if (length <= 0 || length > maxBlock) {
            throw LtxException.malformed("compressed page of " + Integer.toUnsignedString(length) + " bytes");
        }
        return length;
    }

    private static void checkDescriptor(ByteBuffer frame) throws LtxException {
        byte flags = frame.get(PAGE_HEADER + 4);
        byte blockSize = frame.get(PAGE_HEADER + 5);
        boolean known = Integer.reverseBytes(frame.getInt(PAGE_HEADER)) == FRAME_MAGIC
                && flags == FRAME_FLAGS
                && blockSize >= FRAME_BLOCK_SIZE
                && (blockSize & 0x0f) == 0
                && frame.get(PAGE_HEADER + 6) == descriptorHash(flags, blockSize);
        if (!known) {
            throw LtxException.malformed("LZ4 frame descriptor is not one of an LTX file");
        }
    }

    private static byte descriptorHash(byte flags, byte blockSize) {
        return (byte) (HASH.hash(new byte[] {flags, blockSize}, 0, 2, 0) >>> 8);
    }

    static void fill(InputStream in, byte[] bytes, int offset, int length) throws IOException {
        if (in.readNBytes(bytes, offset, length) < length) {
            throw new LtxException(
                    LtxException.Reason.TRUNCATED, "LTX file ends too early", new EOFException("end of stream"));
        }
    }
}
