package io.statemanager.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Going on behind a position of a log that SQLite writes: what is new, what is committed, and whether it is the same log. */
class WalTailTest {
    @TempDir
    Path dir;

    private Connection writer;
    private FileSource wal;
    private FileSource shm;

    @BeforeEach
    void open() throws SQLException, IOException {
        writer = connect();
        execute(writer, "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "CREATE TABLE t(x)");
        wal = FileSource.open(dir.resolve("a.db-wal"));
        shm = FileSource.open(dir.resolve("a.db-shm"));
    }

    @AfterEach
    void close() throws SQLException, IOException {
        writer.close();
        wal.close();
        shm.close();
    }

    @Test
    void tailsFromPositionToPositionGiveAllFramesOnce() throws Exception {
        WalPosition position = index().position();
        int seen = position.frame();
        for (int i = 0; i < 20; i++) {
            execute(writer, "INSERT INTO t VALUES (randomblob(" + i * 700 + "))");
            WalTail tail = WalTail.committed(resumed(position), index(), Integer.MAX_VALUE);
            assertThat(tail.frames()).isPositive();
            assertThat(tail.commit()).isEqualTo(index().pages());
            assertThat(tail.end()).isEqualTo(index().position());
            for (int at = 0; at < tail.pages().size(); at++) {
                assertThat(tail.pages().frame(at)).isGreaterThan(seen);
            }
            position = tail.end();
            seen += tail.frames();
        }
        assertThat(seen).isEqualTo(index().mxFrame());
        WalTail nothing = WalTail.committed(resumed(position), index(), Integer.MAX_VALUE);
        assertThat(nothing.frames()).isZero();
        assertThat(nothing.end()).isEqualTo(position);
    }

    @Test
    void longTailIsCutAtACommit() throws Exception {
        WalPosition position = index().position();
        for (int i = 0; i < 30; i++) {
            execute(writer, "INSERT INTO t VALUES (randomblob(9000))");
        }
        int tails = 0;
        while (!position.equals(index().position())) {
            WalTail tail = WalTail.committed(resumed(position), index(), 10);
            assertThat(tail.frames()).isLessThan(20);
            WalFrame last =
                    WalReader.frameHeader(wal, header(), tail.end().frame()).orElseThrow();
            assertThat(last.commit()).isEqualTo(tail.commit()).isPositive();
            position = tail.end();
            tails++;
        }
        assertThat(tails).isGreaterThan(5);
    }

    @Test
    void framesBehindTheIndexDoNotCountWhateverTheyLookLike() throws Exception {
        WalIndex before = index();
        execute(writer, "INSERT INTO t VALUES (1)");
        WalTail tail = WalTail.committed(new WalReader(wal, header()), before, Integer.MAX_VALUE);
        assertThat(tail.end()).isEqualTo(before.position());
        assertThat(index().mxFrame()).isGreaterThan(before.mxFrame());
    }

    @Test
    void restartedLogIsTold() throws Exception {
        WalPosition position = index().position();
        execute(writer, "PRAGMA wal_checkpoint(PASSIVE)");
        WalPosition restart = index().position();
        assertThat(restart).isEqualTo(position);
        execute(writer, "INSERT INTO t VALUES (1)"); // the first writer after a complete checkpoint restarts the log
        assertThat(WalResume.at(wal, position)).isInstanceOfSatisfying(WalResume.Restarted.class, restarted -> {
            assertThat(restarted.next()).isTrue();
            assertThat(restarted.header().salt1()).isEqualTo(position.salt1() + 1);
        });
        WalReader reader = resumed(WalPosition.startOf(header()));
        assertThat(WalTail.committed(reader, index(), Integer.MAX_VALUE).end()).isEqualTo(index().position());
        execute(writer, "PRAGMA wal_checkpoint(RESTART)", "INSERT INTO t VALUES (2)");
        assertThat(((WalResume.Restarted) WalResume.at(wal, position)).next()).isFalse();
        execute(writer, "PRAGMA wal_checkpoint(TRUNCATE)");
        assertThat(WalResume.at(wal, position)).isInstanceOf(WalResume.NoLog.class);
    }

    @Test
    void logThatWasCutOrWrittenOverIsTold() throws IOException {
        SyntheticWal log = new SyntheticWal(ByteOrder.LITTLE_ENDIAN, 512);
        log.frame(1, 1, new byte[512]);
        byte[] one = log.bytes();
        log.frame(2, 2, new byte[512]);
        WalHeader header = WalHeader.read(log.source()).orElseThrow();
        WalPosition position =
                WalTail.recovered(new WalReader(log.source(), header)).end();
        assertThat(WalResume.at(log.source(), position)).isInstanceOf(WalResume.Continues.class);
        assertThat(WalResume.at(SyntheticWal.source(one), position)).isInstanceOf(WalResume.Diverged.class);
        byte[] over = log.bytes().clone();
        over[over.length - 520] ^= 1; // in the last frame's checksum
        assertThat(WalResume.at(SyntheticWal.source(over), position)).isInstanceOf(WalResume.Diverged.class);
        assertThat(WalResume.at(SyntheticWal.source(new byte[0]), position)).isInstanceOf(WalResume.NoLog.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readerGoesOnWhenTheLogHasGrown(boolean bigEndian) throws IOException {
        SyntheticWal log = new SyntheticWal(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, 512);
        log.frame(1, 1, page(1)).frame(2, 0, page(2));
        GrowingSource source = new GrowingSource(log);
        WalReader reader = new WalReader(source, WalHeader.read(source).orElseThrow());
        assertThat(WalTail.recovered(reader).end().frame()).isEqualTo(1);
        log.frame(3, 3, page(3));
        assertThat(reader.next()).isTrue();
        assertThat(reader.frame()).isEqualTo(3);
        assertThat(reader.page().get(0)).isEqualTo((byte) 3);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void indexAndLogThatDoNotFitEachOtherAreRefused() throws Exception {
        WalIndex index = index();
        execute(writer, "INSERT INTO t VALUES (1)");
        byte[] log = new byte[(int) wal.size()];
        wal.fill(ByteBuffer.wrap(log), 0);
        byte[] damaged = log.clone();
        damaged[100] ^= 1;
        refused(WalException.Reason.FRAME_MISSING, () -> tail(damaged, index));
        byte[] cut = Arrays.copyOf(log, WalHeader.SIZE + 10);
        refused(WalException.Reason.FRAME_MISSING, () -> tail(cut, index));
        WalPosition end = index.position();
        WalIndex other = new WalIndex(
                index.change(),
                index.checksumOrder(),
                index.pageSize(),
                index.pages(),
                new WalPosition(end.salt1(), end.salt2(), end.frame(), end.checksum1(), end.checksum2() + 1),
                index.marks(),
                true);
        refused(WalException.Reason.NOT_AS_INDEXED, () -> tail(log, other));
        SyntheticWal stranger = new SyntheticWal(ByteOrder.LITTLE_ENDIAN, 4096);
        refused(WalException.Reason.NOT_AS_INDEXED, () -> tail(stranger.bytes(), index));
    }

    @Test
    void logOfMoreThanFourGiBIsGoneOnIn() throws IOException {
        SyntheticWal log = new SyntheticWal(ByteOrder.LITTLE_ENDIAN, 65536);
        WalHeader header = WalHeader.read(log.source()).orElseThrow();
        byte[] small =
                log.frame(1, 0, new byte[65536]).frame(2, 2, new byte[65536]).bytes();
        WalFrame first = WalReader.frameHeader(log.source(), header, 1).orElseThrow();
        int far = 100_000; // the first frame stands there instead, so that the second one follows
        long moved = header.frameOffset(far) - header.frameOffset(1);
        ByteSource large = new ByteSource() {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                ByteSource source = SyntheticWal.source(small);
                return source.read(target, position < WalHeader.SIZE ? position : position - moved);
            }

            @Override
            public long size() {
                return small.length + moved;
            }
        };
        WalPosition position =
                new WalPosition(header.salt1(), header.salt2(), far, first.checksum1(), first.checksum2());
        assertThat(position.offset(65536)).isGreaterThan(1L << 32).isEqualTo(header.frameOffset(far + 1));
        WalTail tail = WalTail.recovered(((WalResume.Continues) WalResume.at(large, position)).reader());
        assertThat(tail.end().frame()).isEqualTo(far + 1);
        assertThat(tail.pages().frameOf(2)).isEqualTo(far + 1);
    }

    @Test
    void databaseOfTooManyPagesIsRefused() {
        SyntheticWal log = new SyntheticWal(ByteOrder.LITTLE_ENDIAN, 512);
        log.frame(1, 1, page(1)).frame(2, Integer.MIN_VALUE, page(2));
        refused(
                WalException.Reason.TOO_LARGE,
                () -> WalTail.recovered(
                        new WalReader(log.source(), WalHeader.read(log.source()).orElseThrow())));
    }

    @Test
    void indexTellsReadMarksAndCommits() throws Exception {
        WalIndex before = index();
        try (Connection reader = connect()) {
            execute(reader, "BEGIN", "SELECT * FROM t");
            execute(writer, "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)");
            WalIndex after = index();
            assertThat(after.change() - before.change()).isEqualTo(2);
            assertThat(after.marks().readMarks()).hasSize(5).contains(before.mxFrame());
            execute(writer, "PRAGMA wal_checkpoint(PASSIVE)");
            assertThat(index().marks().backfilled()).isEqualTo(before.mxFrame());
            assertThat(index().isBackfilled()).isFalse();
            execute(reader, "COMMIT");
        }
        execute(writer, "PRAGMA wal_checkpoint(PASSIVE)");
        assertThat(index().isBackfilled()).isTrue();
        assertThat(index().marks().attempted()).isEqualTo(index().mxFrame());
    }

    private static WalTail tail(byte[] log, WalIndex index) throws IOException {
        ByteSource source = SyntheticWal.source(log);
        return WalTail.committed(new WalReader(source, WalHeader.read(source).orElseThrow()), index, Integer.MAX_VALUE);
    }

    private static void refused(WalException.Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        WalException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private WalReader resumed(WalPosition position) throws IOException {
        return ((WalResume.Continues) WalResume.at(wal, position)).reader();
    }

    private WalIndex index() throws IOException {
        return WalIndex.read(shm).orElseThrow();
    }

    private WalHeader header() throws IOException {
        return WalHeader.read(wal).orElseThrow();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("a.db"));
    }

    private static byte[] page(int fill) {
        byte[] page = new byte[512];
        Arrays.fill(page, (byte) fill);
        return page;
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : List.of(statements)) {
                statement.execute(sql);
            }
        }
    }

    /** A log that grows while it is read. */
    private record GrowingSource(SyntheticWal log) implements ByteSource {
        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return log.source().read(target, position);
        }

        @Override
        public long size() throws IOException {
            return log.source().size();
        }
    }
}
