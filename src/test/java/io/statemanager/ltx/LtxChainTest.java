package io.statemanager.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LtxChainTest {
    private static final int PAGE = 512;

    @TempDir
    Path dir;

    private FileChannel channel;
    private LtxChain chain;

    @BeforeEach
    void open() throws IOException {
        channel = FileChannel.open(
                dir.resolve("db"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        chain = new LtxChain(new DatabaseFile(channel));
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
    }

    @Test
    void randomChainsEndInTheStateThatWasCaptured() throws IOException {
        Random random = new Random(3);
        TreeMap<Integer, byte[]> state = new TreeMap<>();
        int commit = 0;
        for (int txid = 1; txid <= 200; txid++) {
            int grownTo = txid == 1 ? 5 : Math.max(1, commit + random.nextInt(9) - 4);
            SortedMap<Integer, byte[]> changed = new TreeMap<>();
            for (int pgno = 1; pgno <= grownTo; pgno++) {
                if (pgno > commit || random.nextInt(4) == 0) {
                    changed.put(pgno, noise(random));
                }
            }
            apply(txid, txid, grownTo, commit, changed);
            state.tailMap(grownTo + 1).clear();
            state.putAll(changed);
            commit = grownTo;
        }
        byte[] expected = new byte[commit * PAGE];
        state.forEach((pgno, page) -> System.arraycopy(page, 0, expected, (pgno - 1) * PAGE, PAGE));
        assertThat(Files.readAllBytes(dir.resolve("db"))).isEqualTo(expected);
        assertThat(chain.txid()).isEqualTo(200);
    }

    @Test
    void overlappingFilesFollowEachOther() throws IOException {
        apply(1, 1, 1, 0, pages(1));
        apply(1, 3, 2, 0, pages(1, 2));
        assertThat(chain.txid()).isEqualTo(3);
    }

    @Test
    void missingTxidIsRefused() throws IOException {
        apply(1, 1, 1, 0, pages(1));
        refused(LtxException.Reason.NOT_CONTIGUOUS, 3, 3, 1, 1, pages(1));
    }

    @Test
    void chainBeginsWithASnapshot() {
        refused(LtxException.Reason.NOT_CONTIGUOUS, 2, 2, 1, 0, pages(1));
    }

    @Test
    void growthThatLacksPagesIsRefused() throws IOException {
        apply(1, 1, 3, 0, pages(1, 2, 3));
        refused(LtxException.Reason.PAGES_MISSING, 2, 2, 5, 4, pages(5));
    }

    private void refused(
            LtxException.Reason reason, long min, long max, int commit, int before, SortedMap<Integer, byte[]> pages) {
        assertThatThrownBy(() -> apply(min, max, commit, before, pages))
                .isInstanceOfSatisfying(
                        LtxException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private void apply(long min, long max, int commit, int before, SortedMap<Integer, byte[]> pages)
            throws IOException {
        LtxHeader header = LtxHeader.of(PAGE, commit, min, max, 1, WalSpan.START);
        chain.apply(new ByteArrayInputStream(LtxFiles.write(header, before, PageEncoding.BLOCK, pages)));
    }

    private static SortedMap<Integer, byte[]> pages(int... pgnos) {
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        for (int pgno : pgnos) {
            pages.put(pgno, new byte[PAGE]);
        }
        return pages;
    }

    private static byte[] noise(Random random) {
        byte[] page = new byte[PAGE];
        random.nextBytes(page);
        return page;
    }
}
