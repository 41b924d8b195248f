package io.statemanager.ltx;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes one file of a run of files that follow each other: of each page the newest version, without those beyond the size that the
 * database has in the end. What comes out stands for the run as Litestream's compaction has it: first TXID of the first file; last TXID,
 * size and time of the last; no place in a log, no node, no database checksums. A run that begins at TXID 1 gives a snapshot.
 *
 * <p>Each file begins no later than one TXID after the file before it and reaches beyond it (files may overlap); all have one page size;
 * one that grows the database holds every page of the growth. Everything else is refused by an {@link LtxException}. Frames whose
 * encoding is the output's are copied as they are.
 *
 * <p>Two ways of reading. {@link #whole} reads every byte once and verifies each file's checksum, so that damage is never carried on.
 * {@link #needed} reads the indexes first and then only frames that go into the output; a block frame has no checksum of its own, so
 * there the {@link PageCheck}, or the source, has to vouch for the content.
 *
 * <p>Nothing counts before {@link #writeTo} has returned. Memory: the given amount for the files' windows, or a frame for each file where
 * that is more; the files' page indexes and the output's (12 bytes a page); three pages. Used once, confined to one thread.
 */
public final class LtxMerge {
    private static final int SMALLEST_WINDOW = 4 << 10;

    private final List<MergeInput> inputs;
    private final PageCheck check;
    private final LtxHeader header;
    private boolean used;

    private interface Opening {
        MergeInput open(int age, int commitBefore, LtxSource source, int memory) throws IOException;
    }

    private LtxMerge(List<? extends LtxSource> run, int memory, PageCheck check, Opening opening) throws IOException {
        if (run.isEmpty()) {
            throw new IllegalArgumentException("a merge of no files");
        }
        this.check = check;
        this.inputs = new ArrayList<>(run.size());
        int window = Math.max(SMALLEST_WINDOW, memory / run.size());
        LtxHeader last = null;
        for (LtxSource source : run) {
            int commitBefore = last == null ? MergeInput.UNKNOWN : last.commit();
            MergeInput input = opening.open(inputs.size(), commitBefore, source, window);
            if (last != null) {
                checkFollows(last, input.header());
            }
            inputs.add(input);
            last = input.header();
        }
        LtxHeader first = inputs.get(0).header();
        if (last.commit() == 0) {
            throw new LtxException(LtxException.Reason.UNSUPPORTED, "the run ends in an empty database");
        }
        header = LtxHeader.of(
                first.pageSize(), last.commit(), first.minTxid(), last.maxTxid(), last.timestamp(), WalSpan.NONE);
    }

    /**
     * Reads every file of the run as a whole and verifies it.
     *
     * @param run the oldest file first
     * @param memory bytes for all files together
     */
    public static LtxMerge whole(List<? extends LtxSource> run, int memory, PageCheck check) throws IOException {
        return new LtxMerge(run, memory, check, WholeInput::new);
    }

    /** Reads the files' indexes now, later only the frames that are needed; parameters as with {@link #whole}. */
    public static LtxMerge needed(List<? extends LtxSource> run, int memory, PageCheck check) throws IOException {
        List<IndexedInput> indexed = new ArrayList<>();
        LtxMerge merge = new LtxMerge(run, memory, check, (age, commitBefore, source, window) -> {
            IndexedInput input = new IndexedInput(age, commitBefore, source, window);
            indexed.add(input);
            return input;
        });
        MergeQueue.walk(merge.inputs, (input, newest) -> {
            if (newest && input.pgno() <= merge.header.commit()) {
                indexed.get(input.age()).want();
            }
        });
        merge.verifyRun();
        indexed.forEach(IndexedInput::startReading);
        return merge;
    }

    /** Header of the file that {@link #writeTo} makes. */
    public LtxHeader header() {
        return header;
    }

    /** Writes the merged file. The stream stays the caller's; after an exception what it got is no file. */
    public LtxWriter.Summary writeTo(OutputStream out, PageEncoding encoding) throws IOException {
        if (used) {
            throw new IllegalStateException("this merge was written before");
        }
        used = true;
        int pageSize = header.pageSize();
        byte[] page = new byte[pageSize];
        LtxWriter writer = new LtxWriter(out, header, header.commit(), encoding);
        MergeQueue.walk(inputs, (input, newest) -> {
            input.decode(page);
            if (newest && input.pgno() <= header.commit()) {
                check.check(input.pgno(), page, pageSize);
                writer.frame(input.pgno(), input.frame(), input.frameOffset(), input.frameLength(), page);
            }
        });
        verifyRun();
        return writer.finish();
    }

    private static void checkFollows(LtxHeader before, LtxHeader next) throws LtxException {
        boolean follows = next.minTxid() <= before.maxTxid() + 1 && next.maxTxid() > before.maxTxid();
        if (!follows || next.pageSize() != before.pageSize()) {
            throw new LtxException(
                    LtxException.Reason.NOT_CONTIGUOUS,
                    LtxFile.name(next.minTxid(), next.maxTxid()) + " of page size " + next.pageSize()
                            + " cannot follow " + LtxFile.name(before.minTxid(), before.maxTxid()) + " of page size "
                            + before.pageSize());
        }
    }

    /** What is known only when all files were walked through: growth, and that database checksums, where there are any, chain. */
    private void verifyRun() throws LtxException {
        MergeInput before = null;
        for (MergeInput input : inputs) {
            input.verifyGrowth();
            boolean chained = before != null
                    && before.header().hasChecksums()
                    && input.header().hasChecksums()
                    && input.header().minTxid() == before.header().maxTxid() + 1;
            if (chained && before.postApplyChecksum() != input.header().preApplyChecksum()) {
                throw new LtxException(
                        LtxException.Reason.NOT_CONTIGUOUS,
                        "the database before TXID " + input.header().minTxid()
                                + " is not the one after the file before");
            }
            before = input;
        }
    }
}
