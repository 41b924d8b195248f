package io.statemanager.ltx;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.Damage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damaged files, seeded: each ends in an {@link LtxException} or in exactly what the whole file holds, quickly and in little memory. What
 * may differ in the bytes then is what no content depends on, such as another compressed form of the same page.
 */
class LtxMutationTest {
    private static final int ROUNDS = Damage.rounds(110_000);
    private static final long MEMORY = 2 << 20;

    @ParameterizedTest
    @EnumSource(PageEncoding.class)
    void damageNeverYieldsOtherContent(PageEncoding encoding) throws IOException {
        List<byte[]> files = files(encoding);
        Damage damage = new Damage(20240601);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] file = files.get(round % files.size());
            byte[] damaged = damage.of(file);
            long before = Damage.allocated();
            refused += readsAs(damaged, file) ? 0 : 1;
            indexNeverLeadsOutside(damaged);
            assertThat(Damage.allocated() - before).isLessThan(MEMORY);
        }
        assertThat(refused).isBetween(ROUNDS * 9 / 10, ROUNDS - 1);
    }

    @ParameterizedTest
    @EnumSource(PageEncoding.class)
    void damageIsNeverMerged(PageEncoding encoding) throws IOException {
        History history = new History(21, 512, 3, encoding);
        byte[] expected = LtxMergeTest.whole(history.sources(1, 3), PageEncoding.BLOCK);
        SortedMap<Integer, byte[]> content = LtxFiles.read(expected);
        Damage damage = new Damage(3);
        int refused = 0;
        for (int round = 0; round < ROUNDS / 4; round++) {
            List<byte[]> run = Arrays.asList(history.files.toArray(new byte[0][]));
            run.set(round % 3, damage.of(run.get(round % 3)));
            long before = Damage.allocated();
            refused += mergesAs(run, expected, content) ? 0 : 1;
            assertThat(Damage.allocated() - before).isLessThan(MEMORY);
        }
        assertThat(refused).isBetween(ROUNDS / 4 * 8 / 10, ROUNDS / 4 - 1);
    }

    @ParameterizedTest
    @EnumSource(PageEncoding.class)
    void forgedFilesWithRightChecksumsAreWellFormedOrRefused(PageEncoding encoding) throws IOException {
        List<byte[]> files = files(encoding);
        Damage damage = new Damage(77);
        int accepted = 0;
        for (int round = 0; round < ROUNDS / 4; round++) {
            byte[] forged = forged(damage.of(files.get(round % files.size())));
            long before = Damage.allocated();
            accepted += isWellFormed(forged) ? 1 : 0;
            assertThat(Damage.allocated() - before).isLessThan(MEMORY);
        }
        assertThat(accepted).isPositive();
    }

    /** Small files with everything in them: noise, text, zeros; a snapshot and increments; several page sizes. */
    private static List<byte[]> files(PageEncoding encoding) throws IOException {
        History small = new History(1, 512, 3, encoding);
        History large = new History(2, 2048, 2, encoding);
        boolean block = encoding == PageEncoding.BLOCK;
        return List.of(
                block ? Golden.SNAPSHOT_BLOCK : Golden.SNAPSHOT_FRAME,
                block ? Golden.INCREMENT_BLOCK : Golden.INCREMENT_FRAME,
                small.files.get(0),
                small.files.get(2),
                large.files.get(1),
                LtxFiles.withChecksums(Golden.SNAPSHOT_BLOCK, 0, 0xa2d3ccd000000000L),
                LtxFiles.write(LtxHeader.of(4096, 9, 4, 4, 1, WalSpan.START), 9, encoding, new TreeMap<>()));
    }

    private static boolean readsAs(byte[] damaged, byte[] file) throws IOException {
        SortedMap<Integer, byte[]> read;
        try {
            read = LtxFiles.read(damaged);
        } catch (LtxException e) {
            return false;
        }
        assertThat(LtxHeader.decode(damaged)).isEqualTo(LtxHeader.decode(file));
        LtxFiles.assertSame(read, LtxFiles.read(file));
        return true;
    }

    private static boolean mergesAs(List<byte[]> run, byte[] expected, SortedMap<Integer, byte[]> content)
            throws IOException {
        List<LtxSource> sources = run.stream().map(LtxSource::of).toList();
        long[] checksum = {Pages.emptyChecksum(), Pages.emptyChecksum()};
        content.forEach((pgno, page) -> checksum[0] = add(checksum[0], pgno, page));
        try {
            // By indexes alone: what comes out counts only where it has the checksum that the caller knows of the
            // database.
            LtxMerge needed =
                    LtxMerge.needed(sources, 1 << 16, (pgno, page, size) -> checksum[1] = add(checksum[1], pgno, page));
            SortedMap<Integer, byte[]> read = LtxFiles.read(written(needed));
            if (checksum[0] == checksum[1]) {
                LtxFiles.assertSame(read, content);
            }
        } catch (LtxException e) {
            assertThat(e.reason()).isNotNull();
        }
        byte[] whole;
        try {
            whole = written(LtxMerge.whole(sources, 1 << 16, PageCheck.NONE));
        } catch (LtxException e) {
            return false;
        }
        assertThat(LtxHeader.decode(whole)).isEqualTo(LtxHeader.decode(expected));
        LtxFiles.assertSame(LtxFiles.read(whole), content);
        return true;
    }

    private static byte[] written(LtxMerge merge) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        merge.writeTo(out, PageEncoding.BLOCK);
        return out.toByteArray();
    }

    private static long add(long checksum, int pgno, byte[] page) {
        return Pages.combineMixed(checksum, Pages.checksum(new Crc64(), pgno, page, 0, page.length));
    }

    /** The path of ranged reads has no file checksum: it must stay inside the file and give whole pages or an error. */
    private static void indexNeverLeadsOutside(byte[] damaged) throws IOException {
        if (damaged.length < LtxHeader.SIZE + PageIndex.TAIL) {
            return;
        }
        try {
            LtxHeader header = LtxHeader.decode(damaged);
            byte[] tail = Arrays.copyOfRange(damaged, damaged.length - PageIndex.TAIL, damaged.length);
            int stored = PageIndex.storedLength(tail, damaged.length);
            int end = damaged.length - 16;
            PageIndex index = PageIndex.parse(Arrays.copyOfRange(damaged, end - stored, end), damaged.length, header);
            PageCodec codec = new PageCodec(header.pageSize());
            byte[] page = new byte[header.pageSize()];
            for (int i = 0; i < index.size(); i++) {
                codec.decode(damaged, Math.toIntExact(index.offset(i)), index.length(i), page, 0);
            }
        } catch (LtxException e) {
            assertThat(e.reason()).isNotNull();
        }
    }

    /** Gives a file the checksum that a forger would give it, where its frames can be read. */
    private static byte[] forged(byte[] file) {
        try {
            return LtxFiles.withChecksum(file);
        } catch (IOException | RuntimeException e) {
            return file;
        }
    }

    private static boolean isWellFormed(byte[] forged) throws IOException {
        LtxReader reader;
        int last = 0;
        try {
            reader = new LtxReader(new ByteArrayInputStream(forged));
            byte[] page = new byte[reader.header().pageSize()];
            for (int pgno = reader.next(page); pgno != 0; pgno = reader.next(page)) {
                assertThat(pgno)
                        .isGreaterThan(last)
                        .isLessThanOrEqualTo(reader.header().commit());
                last = pgno;
            }
        } catch (LtxException e) {
            return false;
        }
        if (reader.header().isSnapshot()) {
            assertThat(reader.index().size()).isEqualTo(reader.header().commit());
        }
        return true;
    }
}
