package io.statemanager.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs and indexes that SQLite itself wrote, and logs that SQLite itself must accept. */
class WalReadTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 65536})
    void databaseAndLogTogetherGiveWhatSqliteMakesOfThem(int pageSize) throws Exception {
        Path db = dir.resolve("a.db");
        try (Connection connection = open(db, pageSize)) {
            write(connection, new Random(pageSize), 30);
            try (FileSource wal = FileSource.open(dir.resolve("a.db-wal"));
                    FileSource shm = FileSource.open(dir.resolve("a.db-shm"))) {
                WalHeader header = WalHeader.read(wal).orElseThrow();
                WalIndex index = WalIndex.read(shm).orElseThrow();
                WalTail recovered = WalTail.recovered(new WalReader(wal, header));

                assertThat(header.pageSize()).isEqualTo(pageSize);
                assertThat(index.pageSize()).isEqualTo(pageSize);
                assertThat(index.position()).isEqualTo(recovered.end());
                assertThat(index.pages()).isEqualTo(recovered.commit());
                assertThat(index.checksumOrder()).isEqualTo(header.checksumOrder());
                assertThat(index.copiesAgree()).isTrue();
                assertThat(header.hasSalts(
                                index.position().salt1(), index.position().salt2()))
                        .isTrue();
                assertThat(index.isBackfilled()).isFalse();

                WalPages byIndex = WalPages.committed(wal, header, 1, index.mxFrame(), index.pages());
                WalTail verified = WalTail.committed(new WalReader(wal, header), index, Integer.MAX_VALUE);
                assertThat(verified.frames()).isEqualTo(index.mxFrame());
                assertThat(verified.end()).isEqualTo(index.position());
                byte[] merged = merge(db, wal, header, byIndex, index.pages());
                assertThat(merge(db, wal, header, recovered.pages(), index.pages()))
                        .isEqualTo(merged);
                assertThat(merge(db, wal, header, verified.pages(), index.pages()))
                        .isEqualTo(merged);
                execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
                assertThat(Files.readAllBytes(db)).isEqualTo(merged);
                assertThat(WalIndex.read(shm).orElseThrow().isBackfilled()).isTrue();
            }
        }
    }

    @Test
    void whatFollowsTheLastCommitDoesNotCount() throws IOException {
        SyntheticWal log = new SyntheticWal(ByteOrder.LITTLE_ENDIAN, 512);
        log.frame(1, 1, page(1)).frame(2, 0, page(2));
        WalHeader header = WalHeader.read(log.source()).orElseThrow();
        WalTail recovered = WalTail.recovered(new WalReader(log.source(), header));
        assertThat(recovered.end().frame()).isEqualTo(1);
        assertThat(recovered.pages().frameOf(2)).isZero();
    }

    @Test
    void logEndsAtTheFirstFrameThatDoesNotFit() throws IOException {
        SyntheticWal log = new SyntheticWal(ByteOrder.LITTLE_ENDIAN, 512);
        for (int i = 1; i <= 20; i++) {
            log.frame(i, i, page(i));
        }
        Random random = new Random(5);
        for (int round = 0; round < 2000; round++) {
            byte[] damaged = log.bytes().clone();
            int at = random.nextInt(damaged.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            ByteSource source = SyntheticWal.source(damaged);
            Optional<WalHeader> header = WalHeader.read(source);
            if (at < WalHeader.SIZE) {
                assertThat(header).isEmpty();
                continue;
            }
            int whole = (at - WalHeader.SIZE) / header.orElseThrow().frameSize();
            WalTail recovered = WalTail.recovered(new WalReader(source, header.orElseThrow()));
            assertThat(recovered.frames()).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sqliteAndWeAcceptChecksumsOfBothByteOrders(boolean bigEndian) throws Exception {
        Path db = dir.resolve("b.db");
        try (Connection connection = open(db, 4096)) {
            execute(connection, "CREATE TABLE t(x)", "INSERT INTO t VALUES (1)");
        }
        byte[] before = Files.readAllBytes(db);
        try (Connection connection = open(db, 4096)) {
            execute(connection, "UPDATE t SET x = 2");
        }
        byte[] after = Files.readAllBytes(db);
        SyntheticWal log = new SyntheticWal(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, 4096);
        int pages = after.length / 4096;
        for (int pgno = 1; pgno <= pages; pgno++) {
            log.frame(pgno, pgno == pages ? pages : 0, Arrays.copyOfRange(after, (pgno - 1) * 4096, pgno * 4096));
        }
        Files.write(db, before);
        Files.write(dir.resolve("b.db-wal"), log.bytes());

        WalHeader header = WalHeader.read(log.source()).orElseThrow();
        assertThat(header.checksumOrder()).isEqualTo(log.order());
        assertThat(WalTail.recovered(new WalReader(log.source(), header)).frames())
                .isEqualTo(pages);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + db);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT x FROM t")) {
            assertThat(row.getInt(1)).isEqualTo(2);
        }
    }

    @Test
    void halfWrittenIndexHeaderLeavesTheOtherCopy() throws Exception {
        byte[] shm = new byte[32768];
        try (Connection connection = open(dir.resolve("c.db"), 4096)) {
            write(connection, new Random(1), 2);
            System.arraycopy(Files.readAllBytes(dir.resolve("c.db-shm")), 0, shm, 0, 200);
        }
        WalIndex whole = WalIndex.read(SyntheticWal.source(shm)).orElseThrow();
        byte[] firstHalfWritten = shm.clone();
        firstHalfWritten[17] ^= 1;
        WalIndex other = new WalIndex(
                whole.change(),
                whole.checksumOrder(),
                whole.pageSize(),
                whole.pages(),
                whole.position(),
                whole.marks(),
                false);
        assertThat(WalIndex.read(SyntheticWal.source(firstHalfWritten))).contains(other);
        byte[] secondHalfWritten = shm.clone();
        secondHalfWritten[48 + 17] ^= 1;
        assertThat(WalIndex.read(SyntheticWal.source(secondHalfWritten))).contains(other);
        secondHalfWritten[17] ^= 1;
        assertThat(WalIndex.read(SyntheticWal.source(secondHalfWritten))).isEmpty();
        assertThat(WalIndex.read(SyntheticWal.source(new byte[200]))).isEmpty();
    }

    private static byte[] merge(Path db, ByteSource wal, WalHeader header, WalPages pages, int commit)
            throws IOException {
        int pageSize = header.pageSize();
        byte[] merged = Arrays.copyOf(Files.readAllBytes(db), commit * pageSize);
        for (int pgno = 1; pgno <= commit; pgno++) {
            int frame = pages.frameOf(pgno);
            if (frame > 0) {
                wal.fill(
                        ByteBuffer.wrap(merged, (pgno - 1) * pageSize, pageSize),
                        header.frameOffset(frame) + WalFrame.HEADER);
            }
        }
        return merged;
    }

    private static byte[] page(int fill) {
        byte[] page = new byte[512];
        Arrays.fill(page, (byte) fill);
        return page;
    }

    private static Connection open(Path db, int pageSize) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + db);
        execute(connection, "PRAGMA page_size=" + pageSize, "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0");
        return connection;
    }

    private static void write(Connection connection, Random random, int transactions) throws SQLException {
        execute(connection, "CREATE TABLE t(id INTEGER PRIMARY KEY, x BLOB)");
        for (int i = 0; i < transactions; i++) {
            execute(connection, "INSERT INTO t(x) VALUES (randomblob(" + (1 + random.nextInt(9000)) + "))");
            if (i % 7 == 6) {
                execute(connection, "DELETE FROM t WHERE id % 3 = 0");
            }
            if (i == transactions / 2) {
                execute(connection, "VACUUM");
            }
        }
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
