package io.statemanager.ltx;

import java.io.IOException;

/** One file of a merge as a sequence of frames in the order of their pages, of which one is the current one. Confined to one thread. */
abstract class MergeInput {
    /** Stands for the size of the database before the first file of a run, which nobody knows. */
    static final int UNKNOWN = -1;

    private final int age;
    private final int commitBefore;
    private int pgno;

    /**
     * @param age place in the run; the larger, the newer
     * @param commitBefore size of the database before this file, or {@link #UNKNOWN}
     */
    MergeInput(int age, int commitBefore) {
        this.age = age;
        this.commitBefore = commitBefore;
    }

    final int age() {
        return age;
    }

    /** Page of the current frame. */
    final int pgno() {
        return pgno;
    }

    /** Moves to the next frame; false at the end, where everything that can be verified of the file was found right. */
    final boolean advance() throws IOException {
        pgno = next();
        return pgno != 0;
    }

    /** Pages beyond this number are growth, and the file holds all of them. */
    final int grownFrom() {
        if (header().isSnapshot()) {
            return 0;
        }
        return commitBefore == UNKNOWN ? header().commit() : commitBefore;
    }

    /** Refuses a file that lacks pages of its growth: an older file's page of that number is not the page. After the end was reached. */
    final void verifyGrowth() throws LtxException {
        LtxHeader header = header();
        int expected = Pages.countWithoutLockPage(grownFrom(), header.commit(), header.pageSize());
        if (grown() != expected) {
            throw new LtxException(
                    LtxException.Reason.PAGES_MISSING,
                    LtxFile.name(header.minTxid(), header.maxTxid()) + " grows the database from " + grownFrom()
                            + " to " + header.commit() + " pages and holds " + grown() + " of these");
        }
    }

    abstract LtxHeader header();

    /** How many of the file's pages are growth; known when its end was reached. */
    abstract int grown();

    /** Checksum of the database after the file, or 0 where it has none; known when its end was reached. */
    abstract long postApplyChecksum();

    /** Page of the next frame, 0 at the end. */
    abstract int next() throws IOException;

    /** Decodes the current frame; once for each frame. */
    abstract void decode(byte[] page) throws IOException;

    /** Bytes that hold the current frame, valid until the next call of {@link #advance}. */
    abstract byte[] frame();

    abstract int frameOffset();

    abstract int frameLength();
}
