package io.statemanager.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.support.Damage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged shared-memory indexes of SQLite, seeded: each is empty or says what the whole one says, but for what no checksum covers.
 *
 * <p>SQLite's checksum is a sum, and flips of the highest bits of two words can cancel out in it. Then the copies do not agree, and the log
 * refuses what such an index says.
 */
class WalIndexMutationTest {
    private static final int ROUNDS = Damage.rounds(110_000);
    private static final int HEADERS = 96;
    private static final int PREFIX = 136;

    @TempDir
    Path dir;

    private byte[] shm;
    private WalIndex whole;
    private ByteSource log;
    private WalHeader header;

    @BeforeEach
    void take() throws SQLException, IOException {
        shm = new byte[PREFIX];
        Path db = dir.resolve("a.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + db);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("CREATE TABLE t(x)");
            statement.execute("INSERT INTO t VALUES (randomblob(20000))");
            log = SyntheticWal.source(Files.readAllBytes(dir.resolve("a.db-wal")));
            header = WalHeader.read(log).orElseThrow();
            try (FileSource file = FileSource.open(dir.resolve("a.db-shm"))) {
                assertThat(file.fill(ByteBuffer.wrap(shm), 0)).isTrue();
            }
        }
        whole = WalIndex.read(SyntheticWal.source(shm)).orElseThrow();
    }

    @Test
    void damagedIndexSaysNothingElse() throws IOException {
        Damage damage = new Damage(12);
        int empty = 0;
        int disagreeing = 0;
        int deceived = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = damage.of(shm);
            long before = Damage.allocated();
            Optional<WalIndex> read = WalIndex.read(SyntheticWal.source(damaged));
            assertThat(Damage.allocated() - before).isLessThan(1 << 16);
            if (read.isEmpty()) {
                empty++;
                continue;
            }
            WalIndex index = read.get();
            WalIndex expected = new WalIndex(
                    whole.change(),
                    whole.checksumOrder(),
                    whole.pageSize(),
                    whole.pages(),
                    whole.position(),
                    index.marks(),
                    Arrays.equals(damaged, 0, 48, damaged, 48, HEADERS));
            if (index.equals(expected)) {
                disagreeing += index.copiesAgree() ? 0 : 1;
            } else {
                assertThat(index.copiesAgree()).isFalse();
                assertThatThrownBy(() -> WalTail.committed(new WalReader(log, header), index, Integer.MAX_VALUE))
                        .isInstanceOf(WalException.class);
                deceived++;
            }
        }
        assertThat(deceived).isLessThan(ROUNDS / 10_000);
        assertThat(empty).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
        assertThat(disagreeing).isPositive();
    }

    @Test
    void forgedIndexesWithRightChecksumsArePossibleOnesOrEmpty() throws IOException {
        Random random = Damage.random(13);
        Damage damage = new Damage(14);
        int accepted = 0;
        for (int round = 0; round < ROUNDS / 4; round++) {
            byte[] forged = Arrays.copyOf(damage.of(shm), PREFIX);
            forged[12] = (byte) random.nextInt(2);
            sign(forged);
            Optional<WalIndex> read = WalIndex.read(SyntheticWal.source(forged));
            if (read.isPresent()) {
                WalIndex index = read.get();
                assertThat(index.mxFrame()).isNotNegative();
                assertThat(index.pages()).isNotNegative();
                assertThat(index.mxFrame() == 0 || WalHeader.isValidPageSize(index.pageSize()))
                        .isTrue();
                accepted++;
            }
        }
        assertThat(accepted).isPositive();
    }

    /** Makes both copies equal to the first, with its checksum. */
    private static void sign(byte[] forged) {
        WalChecksum checksum = new WalChecksum(ByteOrder.nativeOrder(), 0, 0);
        checksum.update(forged, 0, 40);
        ByteBuffer.wrap(forged)
                .order(ByteOrder.nativeOrder())
                .putInt(40, checksum.first())
                .putInt(44, checksum.second());
        System.arraycopy(forged, 0, forged, 48, 48);
    }
}
