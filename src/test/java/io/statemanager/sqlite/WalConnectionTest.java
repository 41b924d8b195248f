package io.statemanager.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.support.SqliteProcess;
import io.statemanager.wal.WalIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalConnectionTest {
    private final FileRegistry registry = FileRegistry.shared();

    @TempDir
    Path dir;

    @Test
    void markKeepsTheLogFromBeingRestarted() throws Exception {
        try (SqliteProcess application = application("a.db");
                WalConnection ours = WalConnection.open(registry, dir.resolve("a.db"))) {
            ours.mark();
            WalIndex before = index(ours);
            application.sql("INSERT INTO t VALUES (1)");
            application.sql("PRAGMA wal_checkpoint(PASSIVE)");
            application.sql("INSERT INTO t VALUES (2)");
            assertThat(index(ours).position().salt1())
                    .isEqualTo(before.position().salt1());

            ours.unmark();
            application.sql("PRAGMA wal_checkpoint(RESTART)");
            application.sql("INSERT INTO t VALUES (3)");
            assertThat(index(ours).position().salt1())
                    .isEqualTo(before.position().salt1() + 1);
        }
    }

    @Test
    void namesThatMeanSomethingToUrlsAreOpened() throws Exception {
        for (String name : new String[] {"a b.db", "100%.db", "what?mode=memory.db", "a#b.db", "ü;x.db", "file:x.db"}) {
            try (SqliteProcess application = application(name);
                    WalConnection ours = WalConnection.open(registry, dir.resolve(name))) {
                assertThat(index(ours).mxFrame()).as(name).isPositive();
                assertThat(application.sql("SELECT count(*) FROM t")).isEqualTo("0");
            }
        }
        assertThat(dir.toFile().list()).noneMatch(name -> name.equals("what"));
    }

    @Test
    void databaseInRollbackModeIsRefusedAndLeftAsItIs() throws Exception {
        Path database = dir.resolve("r.db");
        try (SqliteProcess application = SqliteProcess.start()) {
            application.connect(database);
            application.sql("CREATE TABLE t(x)");
            byte[] before = Files.readAllBytes(database);
            refused(database, "not in WAL mode");
            assertThat(Files.readAllBytes(database)).isEqualTo(before);
            assertThat(dir.resolve("r.db-shm")).doesNotExist();
        }
    }

    @Test
    void filesThatAreNoDatabasesAreRefused() throws Exception {
        refused(Files.writeString(dir.resolve("text"), "hello"), "not a SQLite database");
        refused(dir.resolve("missing"), "cannot be opened");
        byte[] garbage = new byte[8192];
        System.arraycopy("SQLite format 3\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, garbage, 0, 16);
        garbage[16] = 0x10;
        garbage[18] = 2;
        garbage[19] = 2;
        refused(Files.write(dir.resolve("garbage"), garbage), "cannot be opened");
        assertThat(registry.isHeld(FileId.of(dir.resolve("garbage")))).isFalse();
    }

    private SqliteProcess application(String name) throws IOException {
        SqliteProcess application = SqliteProcess.open(dir.resolve(name));
        application.sql("CREATE TABLE t(x)");
        return application;
    }

    private void refused(Path database, String reason) {
        assertThatThrownBy(() -> WalConnection.open(registry, database).close())
                .isInstanceOf(UnattachableException.class)
                .hasMessageContaining(reason);
    }

    private static WalIndex index(WalConnection connection) throws IOException {
        return WalIndex.read(connection.hold().index()).orElseThrow();
    }
}
