package io.statemanager.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.ltx.LtxFile;
import io.statemanager.storage.StoreException;
import io.statemanager.support.SqliteProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes up at a checkpoint, and that it is exactly the database; the writers are other processes. */
class CheckpointCaptureTest {
    @TempDir
    Path dir;

    private DirectoryReplicas store;
    private Machine machine;

    @BeforeEach
    void start() throws IOException {
        store = new DirectoryReplicas(dir.resolve("store"));
        machine = new Machine(dir.resolve("machine"), store);
        machine.take(1);
        machine.replication.attach();
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    @Test
    void firstCheckpointIsASnapshotAndLaterOnesHoldWhatDiffers() throws Exception {
        try (SqliteProcess application = SqliteProcess.open(machine.database("db/app.sqlite"))) {
            application.sql("CREATE TABLE t(id INTEGER PRIMARY KEY, x)");
            application.run(
                    "db.executemany('INSERT INTO t(x) VALUES (?)', [(os.urandom(500).hex(),) for i in range(2000)])");
            DatabaseCommands.Captured first = machine.checkpoint();
            assertThat(first.databases().get("app").txid()).isEqualTo(1);
            assertThat(store.list("app")).extracting(LtxFile::level).containsExactlyInAnyOrder(0, 9);

            application.sql("UPDATE t SET x = 'changed' WHERE id = 7");
            DatabaseCommands.Captured second = machine.checkpoint();
            assertThat(second.databases().get("app").txid()).isEqualTo(2);
            assertThat(second.bytesUploaded()).isPositive().isLessThan(first.bytesUploaded() / 50);

            DatabaseCommands.Captured third = machine.checkpoint();
            assertThat(third.databases().get("app").txid()).isEqualTo(2);
            assertThat(third.bytesUploaded()).isZero();
            assertThat(restored("app", 2)).isEqualTo(content(application, "db/app.sqlite"));
        }
    }

    @Test
    void databasesWhoseNamesAreNoTextAreOrdinaryFiles() throws Exception {
        try (SqliteProcess application = SqliteProcess.open(machine.database("plain.db"))) {
            application.sql("CREATE TABLE t(x)");
            Process copy = new ProcessBuilder(
                            "sh", "-c", "cd \"$0\" && cp plain.db \"$(printf 'a\\377.db')\"", machine.env.toString())
                    .inheritIO()
                    .start();
            assertThat(copy.waitFor()).isZero();

            DatabaseCommands.Captured captured = machine.checkpoint();

            assertThat(captured.databases()).containsOnlyKeys("plain.db");
            assertThat(machine.replication.replicas()).containsOnlyKeys("plain.db");
        }
    }

    @Test
    void aReplicaWhoseListingFailedIsListedBeforeAnythingOfItCounts() throws Exception {
        try (SqliteProcess application = SqliteProcess.open(machine.database("later.db"))) {
            application.sql("CREATE TABLE t(x)");
            store.loseNextCatalog();
            assertThatThrownBy(machine::checkpoint).isInstanceOf(StoreException.class);

            DatabaseCommands.Captured captured = machine.checkpoint();

            assertThat(captured.databases()).containsKey("later.db");
            assertThat(new String(store.catalog().orElseThrow().bytes(), StandardCharsets.UTF_8))
                    .contains("later.db");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 65536})
    void everyPositionIsByteForByteTheDatabaseOfItsInstant(int pageSize) throws Exception {
        Random random = new Random(pageSize);
        Map<Long, byte[]> expected = new java.util.TreeMap<>();
        try (SqliteProcess application = SqliteProcess.start()) {
            application.connect(machine.database("a.db"));
            application.sql("PRAGMA page_size=" + pageSize);
            application.sql("PRAGMA journal_mode=WAL");
            application.sql("PRAGMA synchronous=OFF");
            application.sql("CREATE TABLE t(id INTEGER PRIMARY KEY, x)");
            for (int round = 0; round < 25; round++) {
                step(application, random);
                DatabasePosition position = machine.checkpoint().databases().get("a.db");
                assertThat(position.as()).isEqualTo(DatabasePosition.REPLICA);
                expected.put(position.txid(), content(application, "a.db"));
            }
        }
        assertThat(expected.size()).isGreaterThan(15);
        for (Map.Entry<Long, byte[]> position : expected.entrySet()) {
            assertThat(restored("a.db", position.getKey()))
                    .as("TXID %d", position.getKey())
                    .isEqualTo(position.getValue());
        }
    }

    private static void step(SqliteProcess application, Random random) throws IOException {
        switch (random.nextInt(8)) {
            case 0 -> application.sql("DELETE FROM t WHERE id % 2 = " + random.nextInt(2));
            case 1 -> application.sql("VACUUM");
            case 2 -> application.run("db.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchone()");
            case 3 -> application.run("db.execute('PRAGMA wal_checkpoint(RESTART)').fetchone()");
            default ->
                application.run("db.executemany('INSERT INTO t(x) VALUES (?)', [(os.urandom("
                        + (1 + random.nextInt(3000)) + "),) for i in range(" + (1 + random.nextInt(60)) + ")])");
        }
    }

    @Test
    void nothingHoldsTheLogBetweenCheckpoints() throws Exception {
        try (SqliteProcess application = SqliteProcess.open(machine.database("a.db"))) {
            application.sql("CREATE TABLE t(x)");
            machine.checkpoint();
            assertThat(application.run("db.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchone()"))
                    .isEqualTo("(0, 0, 0)");
            application.sql("INSERT INTO t VALUES (1)");
            assertThat(machine.checkpoint().databases().get("a.db").txid()).isEqualTo(2);
            assertThat(restored("a.db", 2)).isEqualTo(content(application, "a.db"));
        }
    }

    @Test
    void writesBetweenTheInstantAndTheCaptureAreNotInIt() throws Exception {
        try (SqliteProcess application = SqliteProcess.open(machine.database("a.db"))) {
            application.sql("CREATE TABLE t(x)");
            application.run("db.executemany('INSERT INTO t VALUES (?)', [(os.urandom(800),) for i in range(500)])");
            for (String before : List.of("db.execute('PRAGMA wal_checkpoint(PASSIVE)').fetchone()", "1")) {
                application.run(before);
                machine.replication.mark();
                application.sql("INSERT INTO t VALUES ('after the mark')");
                byte[] instant = merged("a.db");
                machine.replication.position();
                application.run("db.executemany('INSERT INTO t VALUES (?)', [(os.urandom(800),) for i in range(600)])");
                application.run("db.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchone()");
                application.sql("DELETE FROM t WHERE rowid % 2 = 0");
                application.sql("VACUUM");
                long txid =
                        machine.replication.capture().databases().get("a.db").txid();
                machine.replication.release();
                assertThat(restored("a.db", txid)).isEqualTo(instant);
            }
        }
    }

    @Test
    void capturesAreConsistentWhileAnotherProcessWrites() throws Exception {
        Path database = machine.database("busy.db");
        try (SqliteProcess application = SqliteProcess.open(database);
                SqliteProcess reader = SqliteProcess.start()) {
            application.sql("CREATE TABLE a(n)");
            application.sql("CREATE TABLE b(n)");
            ExecutorService writer = Executors.newSingleThreadExecutor();
            try {
                var written = writer.submit(() -> application.run("[(db.execute('BEGIN IMMEDIATE'),"
                        + " db.execute('INSERT INTO a VALUES (?)', (i,)), db.execute('INSERT INTO b VALUES (?)', (i,)),"
                        + " db.execute('COMMIT')) for i in range(4000)] and None"));
                int captures = 0;
                while (!written.isDone() || captures < 3) {
                    long txid = machine.checkpoint().databases().get("busy.db").txid();
                    Path copy = dir.resolve("copy-" + captures++);
                    Files.write(copy, restored("busy.db", txid));
                    reader.connect(copy);
                    assertThat(reader.sql("PRAGMA integrity_check")).isEqualTo("ok");
                    assertThat(reader.sql("SELECT count(*) FROM a"))
                            .isEqualTo(reader.sql("SELECT count(*) FROM b"))
                            .isEqualTo(reader.sql("SELECT count(DISTINCT n) FROM a"));
                    reader.disconnect();
                }
                written.get();
            } finally {
                writer.shutdown();
            }
        }
    }

    @Test
    void applicationThatIsFrozenInTheMiddleOfATransactionHoldsNothingUp() throws Exception {
        try (SqliteProcess application = SqliteProcess.open(machine.database("a.db"))) {
            application.sql("CREATE TABLE t(x)");
            application.sql("INSERT INTO t VALUES ('committed')");
            application.sql("PRAGMA cache_size=5"); // so that a transaction's pages reach the log before it commits
            byte[] committed = merged("a.db");
            machine.replication.mark();
            application.sql("BEGIN IMMEDIATE");
            application.run("db.executemany('INSERT INTO t VALUES (?)', [(os.urandom(3000),) for i in range(200)])");
            assertThat(Files.size(Path.of(machine.env.resolve("a.db") + "-wal")))
                    .isGreaterThan(400_000);
            signal("STOP", application);
            assertThat(machine.replication.position().asFiles()).isEmpty();
            signal("CONT", application);
            application.sql("COMMIT");
            long txid = machine.replication.capture().databases().get("a.db").txid();
            machine.replication.release();
            assertThat(restored("a.db", txid)).isEqualTo(committed);

            long next = machine.checkpoint().databases().get("a.db").txid();
            assertThat(restored("a.db", next)).isEqualTo(content(application, "a.db"));
        }
    }

    private static void signal(String name, SqliteProcess process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void everyDatabaseIsFoundAndOthersAreTakenAsFiles() throws Exception {
        try (SqliteProcess wal = SqliteProcess.open(machine.database("sub/x y.data"));
                SqliteProcess rollback = SqliteProcess.start()) {
            wal.sql("CREATE TABLE t(x)");
            rollback.connect(machine.database("old.db"));
            rollback.sql("CREATE TABLE t(x)");
            Files.writeString(machine.database("notes.db"), "x".repeat(5000));

            DatabaseCommands.Marked marked = machine.replication.mark();
            machine.replication.release();
            assertThat(marked.replicated()).containsExactly(Map.entry("sub=2Fx=20y.data", "sub/x y.data"));
            assertThat(marked.asFiles()).containsExactly(Map.entry("old.db", "old.db"));
            assertThat(machine.checkpoint().databases().get("old.db").reason()).contains("not in WAL mode");
        }
    }

    @Test
    void deletedDatabaseIsNotedAndComesBackWhenItIsMadeAgain() throws Exception {
        Path database = machine.database("a.db");
        try (SqliteProcess application = SqliteProcess.open(database)) {
            application.sql("CREATE TABLE t(x)");
            machine.checkpoint();
        }
        Files.delete(database);
        assertThat(machine.checkpoint().databases()).isEmpty();
        assertThat(machine.replication.replicas().get("a.db").deletedAt()).isEqualTo(1);

        try (SqliteProcess application = SqliteProcess.open(database)) {
            application.sql("CREATE TABLE u(y)");
            assertThat(machine.checkpoint().databases().get("a.db").txid()).isEqualTo(2);
            assertThat(machine.replication.replicas().get("a.db").deletedAt()).isNull();
            assertThat(restored("a.db", 2)).isEqualTo(content(application, "a.db"));
        }
    }

    @Test
    void replacedDatabaseIsCapturedFromTheNewFile() throws Exception {
        Path database = machine.database("a.db");
        try (SqliteProcess application = SqliteProcess.open(database)) {
            application.sql("CREATE TABLE t(x)");
            machine.checkpoint();
        }
        try (SqliteProcess application = SqliteProcess.open(dir.resolve("new.db"))) {
            application.sql("CREATE TABLE other(x)");
            application.disconnect();
        }
        Files.deleteIfExists(Path.of(database + "-wal"));
        Files.deleteIfExists(Path.of(database + "-shm"));
        Files.move(dir.resolve("new.db"), database, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(machine.checkpoint().databases().get("a.db").txid()).isEqualTo(2);
        assertThat(restored("a.db", 2)).isEqualTo(Files.readAllBytes(database));
    }

    private byte[] restored(String key, long txid) throws IOException {
        Path file = dir.resolve("restored");
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            new DatabaseRestore(store, () -> {}, pool).run(key, txid, file, dir.resolve("restored.pages"));
            return Files.readAllBytes(file);
        } finally {
            pool.shutdown();
        }
    }

    /** What SQLite itself makes of the database: all of the log written back, by the application's own process. */
    private byte[] content(SqliteProcess application, String path) throws IOException {
        application.run("db.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchone()");
        return bytes(machine.env.resolve(path));
    }

    /** Database and log together at this moment, without touching either: copies are opened by another SQLite. */
    private byte[] merged(String path) throws IOException {
        Path copy = dir.resolve("merged.db");
        Files.write(copy, bytes(machine.env.resolve(path)));
        Files.write(Path.of(copy + "-wal"), Files.readAllBytes(Path.of(machine.env.resolve(path) + "-wal")));
        try (SqliteProcess other = SqliteProcess.open(copy)) {
            other.run("db.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchone()");
        }
        return Files.readAllBytes(copy);
    }

    /** Read by the rule: our own connection is open to it. */
    private static byte[] bytes(Path database) throws IOException {
        try (var file = io.statemanager.sqlite.FileRegistry.shared().openForRead(database)) {
            java.nio.ByteBuffer all = java.nio.ByteBuffer.allocate((int) file.size());
            file.fill(all, 0);
            return all.array();
        }
    }
}
