package io.statemanager.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LtxRoundTripTest {
    private final Random random = new Random(7);

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
    void everyPageSizeComesBackInBothEncodings(int pageSize) throws IOException {
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        pages.put(1, new byte[pageSize]);
        pages.put(2, noise(pageSize));
        pages.put(3, text(pageSize));
        LtxHeader header = LtxHeader.of(pageSize, 3, 1, 1, 1, WalSpan.START);
        for (PageEncoding encoding : PageEncoding.values()) {
            byte[] file = LtxFiles.write(header, 0, encoding, pages);
            assertSame(LtxFiles.read(file), pages);
            assertSame(readByIndex(file), pages);
        }
    }

    @ParameterizedTest
    @EnumSource(PageEncoding.class)
    void emptyFileOfAClaimIs131BytesLong(PageEncoding encoding) throws IOException {
        LtxHeader header = LtxHeader.of(4096, 17, 5, 5, 1, WalSpan.START);
        byte[] file = LtxFiles.write(header, 17, encoding, new TreeMap<>());
        assertThat(file).hasSize(131);
        LtxReader reader = new LtxReader(new ByteArrayInputStream(file));
        assertThat(reader.next(new byte[4096])).isZero();
        assertThat(reader.header().wal()).isEqualTo(new WalSpan(32, 0, 0, 0));
        assertThat(reader.index().size()).isZero();
    }

    @Test
    void lockPageIsNeverWrittenAndNotMissed() throws IOException {
        int lock = Pages.lockPage(65536);
        assertThat(lock).isEqualTo(16385);
        SortedMap<Integer, byte[]> grown = new TreeMap<>();
        grown.put(lock - 1, text(65536));
        grown.put(lock + 1, text(65536));
        LtxHeader header = LtxHeader.of(65536, lock + 1, 2, 2, 1, WalSpan.START);
        byte[] file = LtxFiles.write(header, lock - 2, PageEncoding.BLOCK, grown);
        assertSame(LtxFiles.read(file), grown);
        grown.put(lock, new byte[65536]);
        refused(LtxException.Reason.MALFORMED, () -> LtxFiles.write(header, lock - 2, PageEncoding.BLOCK, grown));
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 4096, 8192, 16384, 32768, 65536})
    void lockPageLiesAtOneGiB(int pageSize) {
        assertThat((Pages.lockPage(pageSize) - 1L) * pageSize).isEqualTo(1L << 30);
    }

    @Test
    void growthHoleIsRefused() {
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        pages.put(5, text(512));
        LtxHeader header = LtxHeader.of(512, 5, 2, 2, 1, WalSpan.START);
        refused(LtxException.Reason.PAGES_MISSING, () -> LtxFiles.write(header, 3, PageEncoding.BLOCK, pages));
    }

    @Test
    void incompleteSnapshotIsRefused() {
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        pages.put(1, text(512));
        pages.put(3, text(512));
        LtxHeader header = LtxHeader.of(512, 3, 1, 4, 1, WalSpan.NONE);
        refused(LtxException.Reason.PAGES_MISSING, () -> LtxFiles.write(header, 3, PageEncoding.BLOCK, pages));
    }

    @Test
    void pageBeyondTheCommitIsRefused() {
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        pages.put(4, text(512));
        LtxHeader header = LtxHeader.of(512, 3, 2, 2, 1, WalSpan.START);
        refused(LtxException.Reason.MALFORMED, () -> LtxFiles.write(header, 3, PageEncoding.BLOCK, pages));
    }

    @Test
    void filesWithDatabaseChecksumsAreReadAndNotWritten() {
        LtxHeader header = new LtxHeader(0, 512, 1, 1, 1, 1, 0, WalSpan.NONE, 0);
        refused(LtxException.Reason.UNSUPPORTED, () -> LtxFiles.write(header, 0, PageEncoding.BLOCK, new TreeMap<>()));
    }

    private static void refused(LtxException.Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LtxException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    /** As a ranged reader does: the tail, the index, then each frame by its place. */
    private static SortedMap<Integer, byte[]> readByIndex(byte[] file) throws IOException {
        LtxHeader header = LtxHeader.decode(file);
        byte[] tail = Arrays.copyOfRange(file, file.length - PageIndex.TAIL, file.length);
        int stored = PageIndex.storedLength(tail, file.length);
        int end = file.length - 16;
        PageIndex index = PageIndex.parse(Arrays.copyOfRange(file, end - stored, end), file.length, header);
        PageCodec codec = new PageCodec(header.pageSize());
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        for (int i = 0; i < index.size(); i++) {
            byte[] page = new byte[header.pageSize()];
            int pgno = codec.decode(file, (int) index.offset(i), index.length(i), page, 0);
            assertThat(pgno).isEqualTo(index.pgno(i));
            pages.put(pgno, page);
        }
        return pages;
    }

    private static void assertSame(SortedMap<Integer, byte[]> actual, SortedMap<Integer, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((pgno, page) -> assertThat(page).isEqualTo(expected.get(pgno)));
    }

    private byte[] noise(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] text(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(4));
        }
        return bytes;
    }
}
