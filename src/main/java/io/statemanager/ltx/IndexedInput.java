package io.statemanager.ltx;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A file of which only the frames that are wanted are read, by its page index. First it is walked through without reading frames, while
 * what is wanted is marked; then a second time, over these frames only, neighbours in one read.
 */
final class IndexedInput extends MergeInput {
    private static final int TRAILER = 16;

    /** How much of the end of a large file is read at first, in the hope that the whole index is in it. */
    private static final int TAIL_GUESS = 64 << 10;

    /** Unwanted bytes that are read along rather than asking twice. */
    private static final int GAP = 64 << 10;

    private final SourceWindow window;
    private final int memory;
    private final LtxHeader header;
    private final PageIndex index;
    private final PageCodec codec;
    private final long postApplyChecksum;
    private final BitSet wanted = new BitSet();
    private boolean reading;
    private int entry = -1;
    private int at;
    private int grown;

    IndexedInput(int age, int commitBefore, LtxSource source, int memory) throws IOException {
        super(age, commitBefore);
        this.window = new SourceWindow(source, memory);
        this.memory = memory;
        long size = window.fileSize();
        if (size < LtxHeader.SIZE + PageCodec.PAGE_HEADER + PageIndex.TAIL) {
            throw new LtxException(LtxException.Reason.TRUNCATED, "LTX file of " + size + " bytes");
        }
        if (size <= memory) {
            window.locate(0, (int) size, size);
        }
        header = LtxHeader.decode(window.copy(0, LtxHeader.SIZE));
        codec = new PageCodec(header.pageSize());
        byte[] end = window.copy(size - Math.min(size, TAIL_GUESS), (int) Math.min(size, TAIL_GUESS));
        byte[] tail = Arrays.copyOfRange(end, end.length - PageIndex.TAIL, end.length);
        int stored = PageIndex.storedLength(tail, size);
        index = PageIndex.parse(
                stored + TRAILER <= end.length
                        ? Arrays.copyOfRange(end, end.length - TRAILER - stored, end.length - TRAILER)
                        : window.copy(size - TRAILER - stored, stored),
                size,
                header);
        postApplyChecksum = LtxReader.postApplyChecksum(header, tail, Long.BYTES);
    }

    /** Marks the current frame as wanted. */
    void want() {
        wanted.set(entry);
    }

    /** Starts again, now with reading what is wanted. */
    void startReading() {
        reading = true;
        entry = -1;
    }

    @Override
    LtxHeader header() {
        return header;
    }

    @Override
    int grown() {
        return grown;
    }

    @Override
    long postApplyChecksum() {
        return postApplyChecksum;
    }

    @Override
    int next() throws IOException {
        if (reading) {
            entry = wanted.nextSetBit(entry + 1);
            if (entry < 0) {
                entry = index.size();
                return 0;
            }
            at = window.locate(index.offset(entry), index.length(entry), reach());
            return index.pgno(entry);
        }
        entry++;
        if (entry == index.size()) {
            return 0;
        }
        if (index.pgno(entry) > grownFrom()) {
            grown++;
        }
        return index.pgno(entry);
    }

    /** Where a read that begins with the current frame should end: behind a wanted frame, with no large hole before it. */
    private long reach() {
        long start = index.offset(entry);
        long reach = start + index.length(entry);
        for (int i = wanted.nextSetBit(entry + 1); i >= 0; i = wanted.nextSetBit(i + 1)) {
            long end = index.offset(i) + index.length(i);
            if (index.offset(i) - reach > GAP || end - start > memory) {
                break;
            }
            reach = end;
        }
        return reach;
    }

    @Override
    void decode(byte[] page) throws IOException {
        if (codec.decode(window.bytes(), at, index.length(entry), page, 0) != index.pgno(entry)) {
            throw LtxException.malformed("frame of page " + index.pgno(entry) + " is another page's");
        }
    }

    @Override
    byte[] frame() {
        return window.bytes();
    }

    @Override
    int frameOffset() {
        return at;
    }

    @Override
    int frameLength() {
        return index.length(entry);
    }
}
