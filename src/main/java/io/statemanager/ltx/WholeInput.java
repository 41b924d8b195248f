package io.statemanager.ltx;

import java.io.IOException;

/** A file that is read from its first byte to its last and verified by its own checksum, frames that nobody needs included. */
final class WholeInput extends MergeInput {
    private final LtxReader reader;
    private int grown;

    WholeInput(int age, int commitBefore, LtxSource source, int memory) throws IOException {
        super(age, commitBefore);
        reader = new LtxReader(new SourceWindow(source, memory).stream());
    }

    @Override
    LtxHeader header() {
        return reader.header();
    }

    @Override
    int grown() {
        return grown;
    }

    @Override
    long postApplyChecksum() {
        return reader.postApplyChecksum();
    }

    @Override
    int next() throws IOException {
        int pgno = reader.advance();
        if (pgno > grownFrom()) {
            grown++;
        }
        return pgno;
    }

    @Override
    void decode(byte[] page) throws IOException {
        reader.decode(page);
    }

    @Override
    byte[] frame() {
        return reader.frame();
    }

    @Override
    int frameOffset() {
        return 0;
    }

    @Override
    int frameLength() {
        return reader.frameLength();
    }
}
