package io.statemanager.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RestorePlannerTest {
    @Test
    void snapshotThenMergedThenRawFiles() throws LtxException {
        List<LtxFile> files = List.of(file(9, 1, 5), file(1, 2, 7), file(0, 7, 7), file(0, 8, 8), file(0, 9, 9));
        assertThat(RestorePlanner.latest(files))
                .containsExactly(file(9, 1, 5), file(1, 2, 7), file(0, 8, 8), file(0, 9, 9));
    }

    @Test
    void lateFileOfAFormerOwnerDoesNotDisplaceWhatWasMerged() throws LtxException {
        List<LtxFile> files = List.of(file(9, 1, 1), file(2, 2, 4), file(0, 3, 3), file(0, 5, 5));
        assertThat(RestorePlanner.latest(files)).containsExactly(file(9, 1, 1), file(2, 2, 4), file(0, 5, 5));
    }

    @Test
    void nothingGoesBeyondTheTarget() throws LtxException {
        List<LtxFile> files = List.of(file(9, 1, 1), file(9, 1, 6), file(1, 2, 6), file(0, 2, 2), file(0, 3, 3));
        assertThat(RestorePlanner.upTo(files, 3)).containsExactly(file(9, 1, 1), file(0, 2, 2), file(0, 3, 3));
    }

    @Test
    void gapIsAnErrorAndNotAnOlderState() {
        refused(LtxException.Reason.GAP, List.of(file(9, 1, 3), file(0, 5, 5)), 0);
        refused(LtxException.Reason.GAP, List.of(file(0, 2, 2)), 0);
        refused(LtxException.Reason.GAP, List.of(file(0, 1, 1), file(0, 3, 3)), 3);
    }

    @Test
    void positionThatIsNotThereIsAnError() {
        refused(LtxException.Reason.NOT_AVAILABLE, List.of(), 0);
        refused(LtxException.Reason.NOT_AVAILABLE, List.of(file(0, 1, 1)), 2);
        refused(LtxException.Reason.NOT_AVAILABLE, List.of(file(9, 1, 4)), 2);
    }

    @Test
    void randomListingsAreCoveredByTheHighestLevels() throws LtxException {
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            int newest = 1 + random.nextInt(40);
            List<LtxFile> files = listing(random, newest);
            long reached = 0;
            for (LtxFile chosen : RestorePlanner.latest(files)) {
                long txid = reached + 1;
                int highest = files.stream()
                        .filter(file -> file.covers(txid))
                        .mapToInt(LtxFile::level)
                        .max()
                        .orElse(-1);
                assertThat(chosen.covers(txid)).isTrue();
                assertThat(chosen.level()).isEqualTo(highest);
                reached = chosen.maxTxid();
            }
            assertThat(reached).isEqualTo(newest);
        }
    }

    @Test
    void keysOfBothLayoutsAreParsed() {
        LtxFile file = new LtxFile(9, 1, 255, 7);
        assertThat(file.bucketKey()).isEqualTo("0009/0000000000000001-00000000000000ff.ltx");
        assertThat(file.directoryKey()).isEqualTo("ltx/9/0000000000000001-00000000000000ff.ltx");
        assertThat(LtxFile.parse(file.bucketKey(), 7)).contains(file);
        assertThat(LtxFile.parse(file.directoryKey(), 7)).contains(file);
    }

    @Test
    void keysOfOtherThingsAreSkipped() {
        for (String key : List.of(
                "manifest.json",
                "0000/manifest.json",
                "0000/0000000000000001-0000000000000001.ltx.tmp",
                "0000/000000000000000A-000000000000000A.ltx",
                "000a/0000000000000001-0000000000000001.ltx",
                "ltx/10/0000000000000001-0000000000000001.ltx",
                "0000/0000000000000000-0000000000000001.ltx",
                "0000/0000000000000002-0000000000000001.ltx",
                "0000/ffffffffffffffff-ffffffffffffffff.ltx",
                "0000/x/0000000000000001-0000000000000001.ltx")) {
            assertThat(LtxFile.parse(key, 1)).as(key).isEmpty();
        }
    }

    private static List<LtxFile> listing(Random random, int newest) {
        List<LtxFile> files = new ArrayList<>();
        for (int txid = 1; txid <= newest; txid++) {
            files.add(file(0, txid, txid));
        }
        for (int level = 1; level < 4; level++) {
            for (int min = 2, max; min <= newest; min = max + 1) {
                max = Math.min(newest, min + random.nextInt(6));
                files.add(file(level, min, max));
            }
        }
        files.add(file(9, 1, 1 + random.nextInt(newest)));
        files.removeIf(file -> file.level() > 0 && file.level() < 4 && random.nextInt(3) == 0);
        Collections.shuffle(files, random);
        return files;
    }

    private static void refused(LtxException.Reason reason, List<LtxFile> files, long txid) {
        assertThatThrownBy(() -> {
                    List<LtxFile> plan = txid == 0 ? RestorePlanner.latest(files) : RestorePlanner.upTo(files, txid);
                    assertThat(plan).isNull();
                })
                .isInstanceOfSatisfying(
                        LtxException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static LtxFile file(int level, long min, long max) {
        return new LtxFile(level, min, max, 0);
    }
}
