package io.statemanager.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes out of a merge is compared with a model that applies the files to a map. */
class LtxMergeTest {
    private static final int MEMORY = 64 << 10;

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
    void newestVersionOfEachPageStaysInBothEncodingsAndBothWaysOfReading(int pageSize) throws IOException {
        int txids = pageSize > 8192 ? 12 : 40;
        History history = new History(pageSize, pageSize, txids, PageEncoding.values());
        Random random = new Random(pageSize);
        for (int round = 0; round < 12; round++) {
            int from = round % 3 == 0 ? 1 : 1 + random.nextInt(txids);
            int to = from + random.nextInt(txids - from + 1);
            SortedMap<Integer, byte[]> expected = history.merged(from, to);
            LtxHeader last = history.header(to);
            for (PageEncoding encoding : PageEncoding.values()) {
                byte[] whole = whole(history.sources(from, to), encoding);
                assertThat(needed(history.sources(from, to), encoding)).isEqualTo(whole);
                LtxFiles.assertSame(LtxFiles.read(whole), expected);
                assertThat(LtxHeader.decode(whole))
                        .isEqualTo(LtxHeader.of(pageSize, last.commit(), from, to, last.timestamp(), WalSpan.NONE));
            }
        }
    }

    @Test
    void levelsOfMergesEndInTheSameState() throws IOException {
        History history = new History(5, 512, 120, PageEncoding.values());
        List<byte[]> level = history.files;
        Random random = new Random(5);
        while (level.size() > 1) {
            List<byte[]> next = new ArrayList<>();
            for (int at = 0; at < level.size(); ) {
                int end = Math.min(level.size(), at + 1 + random.nextInt(5));
                List<LtxSource> run =
                        level.subList(at, end).stream().map(LtxSource::of).toList();
                PageEncoding encoding = random.nextBoolean() ? PageEncoding.BLOCK : PageEncoding.FRAME;
                next.add(random.nextBoolean() ? whole(run, encoding) : needed(run, encoding));
                at = end;
            }
            TreeMap<Integer, byte[]> state = new TreeMap<>();
            for (byte[] file : next) {
                state.tailMap(LtxHeader.decode(file).commit() + 1).clear();
                state.putAll(LtxFiles.read(file));
            }
            LtxFiles.assertSame(state, history.states.get(119));
            level = next;
        }
        assertThat(LtxHeader.decode(level.get(0)).isSnapshot()).isTrue();
    }

    @Test
    void filesThatOverlapAreMerged() throws IOException {
        History history = new History(9, 512, 20, PageEncoding.BLOCK);
        byte[] early = whole(history.sources(2, 12), PageEncoding.BLOCK);
        byte[] late = whole(history.sources(8, 20), PageEncoding.BLOCK);
        List<LtxSource> run = List.of(LtxSource.of(history.files.get(0)), LtxSource.of(early), LtxSource.of(late));
        LtxFiles.assertSame(LtxFiles.read(whole(run, PageEncoding.BLOCK)), history.states.get(19));
        LtxFiles.assertSame(LtxFiles.read(needed(run, PageEncoding.FRAME)), history.states.get(19));
    }

    @Test
    void framesOfTheSameEncodingAreCopiedAndOthersMadeAnew() throws IOException {
        byte[] merged = whole(
                List.of(LtxSource.of(Golden.SNAPSHOT_BLOCK), LtxSource.of(Golden.INCREMENT_BLOCK)), PageEncoding.BLOCK);
        int frame = 34;
        assertThat(Arrays.copyOfRange(merged, 100, 100 + frame))
                .isEqualTo(Arrays.copyOfRange(Golden.SNAPSHOT_BLOCK, 100, 100 + frame));
        assertThat(Arrays.copyOfRange(merged, 100 + frame, 100 + 3 * frame))
                .isEqualTo(Arrays.copyOfRange(Golden.INCREMENT_BLOCK, 100, 100 + 2 * frame));
        byte[] converted = whole(
                List.of(LtxSource.of(Golden.SNAPSHOT_FRAME), LtxSource.of(Golden.INCREMENT_BLOCK)), PageEncoding.FRAME);
        LtxFiles.assertSame(LtxFiles.read(converted), LtxFiles.read(merged));
        assertThat(Arrays.copyOfRange(converted, 100, 100 + 49))
                .isEqualTo(Arrays.copyOfRange(Golden.SNAPSHOT_FRAME, 100, 100 + 49));
    }

    @Test
    void onlyNeededRangesAreReadInFewReads() throws IOException {
        SortedMap<Integer, byte[]> all = new TreeMap<>();
        Random random = new Random(2);
        for (int pgno = 1; pgno <= 2000; pgno++) {
            all.put(pgno, LtxFiles.noise(random, 4096));
        }
        byte[] base = LtxFiles.write(LtxHeader.of(4096, 2000, 5, 5, 1, WalSpan.START), 2000, PageEncoding.BLOCK, all);
        SortedMap<Integer, byte[]> newer = new TreeMap<>(all.subMap(101, 1901));
        byte[] top = LtxFiles.write(LtxHeader.of(4096, 2000, 6, 6, 2, WalSpan.START), 2000, PageEncoding.BLOCK, newer);
        CountingSource first = new CountingSource(base);
        CountingSource second = new CountingSource(top);
        byte[] merged = write(LtxMerge.needed(List.of(first, second), 2 << 20, PageCheck.NONE), PageEncoding.BLOCK);
        LtxFiles.assertSame(LtxFiles.read(merged), all);
        assertThat(first.bytes).isLessThan(200 * 4200 + (64 << 10) + 200);
        assertThat(first.reads).isLessThan(8);
        assertThat(second.reads).isLessThan(16);
    }

    @Test
    void smallMemoryIsEnoughForManyFiles() throws IOException {
        History history = new History(4, 4096, 300, PageEncoding.values());
        for (boolean whole : new boolean[] {true, false}) {
            LtxMerge merge = whole
                    ? LtxMerge.whole(history.sources(1, 300), 0, PageCheck.NONE)
                    : LtxMerge.needed(history.sources(1, 300), 0, PageCheck.NONE);
            LtxFiles.assertSame(LtxFiles.read(write(merge, PageEncoding.BLOCK)), history.states.get(299));
        }
    }

    @Test
    void everyPageOfTheOutputIsShownToTheCheckOnce() throws IOException {
        History history = new History(8, 1024, 30, PageEncoding.BLOCK);
        SortedMap<Integer, byte[]> seen = new TreeMap<>();
        PageCheck check = (pgno, page, size) ->
                assertThat(seen.put(pgno, Arrays.copyOf(page, size))).isNull();
        write(LtxMerge.whole(history.sources(3, 30), MEMORY, check), PageEncoding.BLOCK);
        LtxFiles.assertSame(seen, history.merged(3, 30));
        seen.clear();
        write(LtxMerge.needed(history.sources(1, 30), MEMORY, check), PageEncoding.BLOCK);
        LtxFiles.assertSame(seen, history.states.get(29));
    }

    @Test
    void runWithAMissingTxidOrAnotherPageSizeIsRefused() throws IOException {
        History history = new History(1, 512, 9, PageEncoding.BLOCK);
        History other = new History(1, 1024, 9, PageEncoding.BLOCK);
        refused(LtxException.Reason.NOT_CONTIGUOUS, history.files.get(3), history.files.get(5));
        refused(LtxException.Reason.NOT_CONTIGUOUS, history.files.get(3), history.files.get(3));
        refused(LtxException.Reason.NOT_CONTIGUOUS, history.files.get(4), history.files.get(3));
        refused(LtxException.Reason.NOT_CONTIGUOUS, history.files.get(3), other.files.get(4));
    }

    @Test
    void pageThatWasCutOffDoesNotComeBackWhereAGrowthLacksIt() throws IOException {
        byte[] five = file(2, 5, 5, 1, 2, 3, 4, 5);
        byte[] shrunk = file(3, 2, 5, 1);
        byte[] holed = file(4, 4, 4, 4); // the database had two pages, so page 3 is missing
        refused(LtxException.Reason.PAGES_MISSING, five, shrunk, holed);
        refused(LtxException.Reason.PAGES_MISSING, file(1, 3, 0, 1, 2, 3), file(2, 5, 5, 5));
    }

    @Test
    void damageInAFrameThatNobodyNeedsIsFoundWhereFilesAreReadWhole() throws IOException {
        byte[] older = Golden.SNAPSHOT_BLOCK.clone();
        older[100 + 34 + 11] ^= 1; // a literal of page 2, which the increment replaces
        List<LtxSource> run = List.of(LtxSource.of(older), LtxSource.of(Golden.INCREMENT_BLOCK));
        assertRefused(LtxException.Reason.CHECKSUM, () -> whole(run, PageEncoding.BLOCK));
        byte[] merged = needed(run, PageEncoding.BLOCK);
        assertThat(LtxFiles.read(merged).get(2)).isEqualTo(Golden.page(0x99));
    }

    @Test
    void databaseChecksumsMustChainAndAreLeftOut() throws IOException {
        byte[] snapshot = LtxFiles.withChecksums(Golden.SNAPSHOT_BLOCK, 0, 0xa2d3ccd000000000L);
        byte[] next = LtxFiles.withChecksums(Golden.INCREMENT_BLOCK, 0xa2d3ccd000000000L, 0x8000000000000001L);
        byte[] merged = whole(List.of(LtxSource.of(snapshot), LtxSource.of(next)), PageEncoding.BLOCK);
        assertThat(LtxHeader.decode(merged).hasChecksums()).isFalse();
        assertThat(LtxFiles.read(merged)).hasSize(3);
        assertThat(needed(List.of(LtxSource.of(snapshot), LtxSource.of(next)), PageEncoding.BLOCK))
                .isEqualTo(merged);
        byte[] stranger = LtxFiles.withChecksums(Golden.INCREMENT_BLOCK, 0x8000000000000007L, 0x8000000000000001L);
        refused(LtxException.Reason.NOT_CONTIGUOUS, snapshot, stranger);
        byte[] wrong = LtxFiles.withChecksums(Golden.SNAPSHOT_BLOCK, 0, 0x8000000000000001L);
        assertRefused(LtxException.Reason.CHECKSUM, () -> LtxFiles.read(wrong));
    }

    @Test
    void mergeIsWrittenOnce() throws IOException {
        LtxMerge merge = LtxMerge.whole(List.of(LtxSource.of(Golden.INCREMENT_BLOCK)), MEMORY, PageCheck.NONE);
        write(merge, PageEncoding.BLOCK);
        assertThatThrownBy(() -> write(merge, PageEncoding.BLOCK)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void lockPageIsNotMissedInASnapshotThatReachesBeyondIt() throws IOException {
        int lock = Pages.lockPage(65536);
        byte[] zeros = new byte[65536];
        ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
        LtxWriter writer =
                new LtxWriter(snapshot, LtxHeader.of(65536, lock, 1, 1, 1, WalSpan.START), 0, PageEncoding.BLOCK);
        for (int pgno = 1; pgno < lock; pgno++) {
            writer.page(pgno, zeros, 0);
        }
        writer.finish();
        SortedMap<Integer, byte[]> grown = new TreeMap<>();
        grown.put(lock + 1, zeros);
        byte[] growth =
                LtxFiles.write(LtxHeader.of(65536, lock + 1, 2, 2, 2, WalSpan.START), lock, PageEncoding.BLOCK, grown);
        List<LtxSource> run = List.of(LtxSource.of(snapshot.toByteArray()), LtxSource.of(growth));
        LtxMerge merge = LtxMerge.needed(run, 1 << 20, PageCheck.NONE);
        assertThat(merge.writeTo(OutputStream.nullOutputStream(), PageEncoding.BLOCK)
                        .pages())
                .isEqualTo(lock);
    }

    private static byte[] file(int txid, int commit, int before, int... pgnos) throws IOException {
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        for (int pgno : pgnos) {
            pages.put(pgno, new byte[512]);
        }
        return LtxFiles.write(
                LtxHeader.of(512, commit, txid, txid, 1, WalSpan.START), before, PageEncoding.BLOCK, pages);
    }

    private static void refused(LtxException.Reason reason, byte[]... files) {
        List<LtxSource> run = Arrays.stream(files).map(LtxSource::of).toList();
        assertRefused(reason, () -> whole(run, PageEncoding.BLOCK));
        assertRefused(reason, () -> needed(run, PageEncoding.BLOCK));
    }

    private static void assertRefused(LtxException.Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LtxException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    static byte[] whole(List<LtxSource> run, PageEncoding encoding) throws IOException {
        return write(LtxMerge.whole(run, MEMORY, PageCheck.NONE), encoding);
    }

    static byte[] needed(List<LtxSource> run, PageEncoding encoding) throws IOException {
        return write(LtxMerge.needed(run, MEMORY, PageCheck.NONE), encoding);
    }

    private static byte[] write(LtxMerge merge, PageEncoding encoding) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LtxWriter.Summary summary = merge.writeTo(out, encoding);
        assertThat(summary.size()).isEqualTo(out.size());
        return out.toByteArray();
    }

    private static final class CountingSource implements LtxSource {
        private final byte[] file;
        private int reads;
        private long bytes;

        CountingSource(byte[] file) {
            this.file = file;
        }

        @Override
        public long size() {
            return file.length;
        }

        @Override
        public int read(long position, byte[] target, int offset, int length) throws IOException {
            reads++;
            bytes += length;
            return LtxSource.of(file).read(position, target, offset, length);
        }
    }
}
