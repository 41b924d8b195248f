package io.statemanager.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.RestorePlanner;
import io.statemanager.storage.StoreException;
import io.statemanager.support.SqliteProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lost answers, other owners and restarts between any two steps: the history never forks and nothing is lost. */
class UploadTest {
    @TempDir
    Path dir;

    private DirectoryReplicas store;
    private Machine machine;
    private SqliteProcess application;

    @BeforeEach
    void start() throws IOException {
        store = new DirectoryReplicas(dir.resolve("store"));
        machine = new Machine(dir.resolve("machine"), store);
        machine.take(1);
        application = SqliteProcess.open(machine.database("a.db"));
        application.sql("CREATE TABLE t(x)");
    }

    @AfterEach
    void stop() throws IOException {
        application.close();
        machine.close();
    }

    @Test
    void fileWhoseAnswerWasLostIsSentAgainUnchanged() throws Exception {
        machine.checkpoint();
        application.sql("INSERT INTO t VALUES (1)");
        store.loseNextAnswer();
        assertThatThrownBy(machine::checkpoint).isInstanceOf(StoreException.class);
        Map<String, String> sent = store.metadata("a.db", file(2));

        application.sql("INSERT INTO t VALUES (2)");
        assertThat(machine.checkpoint().databases().get("a.db").txid()).isEqualTo(3);
        assertThat(store.metadata("a.db", file(2))).isEqualTo(sent).isNotEmpty();
        assertThat(count(3)).isEqualTo("2");
        assertThat(count(2)).isEqualTo("1");
    }

    @Test
    void fileThatNeverArrivedIsSentBeforeAnythingElse() throws Exception {
        machine.checkpoint();
        application.sql("INSERT INTO t VALUES (1)");
        store.loseNextRequest();
        assertThatThrownBy(machine::checkpoint).isInstanceOf(StoreException.class);
        assertThat(machine.replication.views().get(0).lastError()).contains("no answer");
        assertThat(machine.checkpoint().databases().get("a.db").txid()).isEqualTo(2);
        assertThat(machine.replication.views().get(0).lastError()).isNull();
        assertThat(count(2)).isEqualTo("1");
    }

    /** A restore's base is where the replica ends; a file behind it would count as newer than what was restored. */
    @Test
    void whereTheReplicaEndsIsKnownWhenADatabaseIsDetached() throws Exception {
        machine.checkpoint();
        application.sql("INSERT INTO t VALUES (1)");
        store.loseNextAnswer();
        assertThatThrownBy(machine::checkpoint).isInstanceOf(StoreException.class);

        machine.replication.detach();

        assertThat(machine.replication.replicas().get("a.db").newest()).isEqualTo(2);
        assertThat(machine.replication.replicas().get("a.db").newestData()).isEqualTo(2);
    }

    @Test
    void aDatabaseWhoseReplicasEndCannotBeFoundOutIsNotDetached() throws Exception {
        machine.checkpoint();
        application.sql("INSERT INTO t VALUES (1)");
        store.loseNextRequest();
        assertThatThrownBy(machine::checkpoint).isInstanceOf(StoreException.class);
        store.loseNextRequest();

        assertThatThrownBy(() -> machine.replication.detach()).isInstanceOf(StoreException.class);

        machine.replication.attach();
        assertThat(machine.checkpoint().databases().get("a.db").txid()).isEqualTo(2);
        assertThat(count(2)).isEqualTo("1");
    }

    /** Otherwise the file that is under way would bring the database back on the next machine. */
    @Test
    void aDatabaseThatWasDeletedDuringAnUploadIsDeletedBehindIt() throws Exception {
        machine.checkpoint();
        application.sql("INSERT INTO t VALUES (1)");
        store.loseNextAnswer();
        assertThatThrownBy(machine::checkpoint).isInstanceOf(StoreException.class);
        application.close();
        Files.delete(machine.env.resolve("a.db"));
        Files.deleteIfExists(machine.env.resolve("a.db-wal"));
        Files.deleteIfExists(machine.env.resolve("a.db-shm"));

        machine.checkpoint();

        assertThat(machine.replication.replicas().get("a.db").newest()).isEqualTo(2);
        assertThat(machine.replication.replicas().get("a.db").deletedAt()).isEqualTo(2);
    }

    @Test
    void crashAfterAnUploadCostsNoSecondOne() throws Exception {
        machine.checkpoint();
        application.sql("INSERT INTO t VALUES (1)");
        store.loseNextAnswer();
        assertThatThrownBy(machine::checkpoint).isInstanceOf(StoreException.class);

        restart(2);
        assertThat(machine.checkpoint().bytesUploaded()).isZero();
        application.sql("INSERT INTO t VALUES (2)");
        assertThat(machine.checkpoint().databases().get("a.db").txid()).isEqualTo(4);
        assertThat(count(4)).isEqualTo("2");
    }

    @Test
    void crashBeforeTheSnapshotsCopyLeavesItToTheNextStart() throws Exception {
        store.loseNextAnswer();
        assertThatThrownBy(machine::checkpoint).isInstanceOf(StoreException.class);
        assertThat(store.list("a.db")).extracting(LtxFile::level).containsExactly(0);
        restart(2);
        assertThat(store.list("a.db")).extracting(LtxFile::level).contains(9);
        assertThat(machine.checkpoint().databases().get("a.db").txid()).isEqualTo(1);
    }

    @Test
    void deposedOwnerStopsAtTheNextOwnersClaim() throws Exception {
        machine.checkpoint();
        try (Machine other = new Machine(dir.resolve("other"), store)) {
            other.take(2);
            machine.depose();
            application.sql("INSERT INTO t VALUES ('late')");
            assertThatThrownBy(machine::checkpoint)
                    .isInstanceOfSatisfying(
                            CommandException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.LEASE_LOST));
            assertThat(count(2)).isEqualTo("0");
            assertThat(other.replication.replicas().get("a.db").newestData()).isEqualTo(1);
        }
    }

    @Test
    void fileOfAFormerOwnerThatIsFasterThanTheClaimBecomesHistory() throws Exception {
        machine.checkpoint();
        application.sql("INSERT INTO t VALUES ('in time')");
        machine.checkpoint();
        try (Machine other = new Machine(dir.resolve("other"), store)) {
            other.take(2);
            assertThat(other.replication.replicas().get("a.db").newest()).isEqualTo(3);
            assertThat(other.replication.replicas().get("a.db").newestData()).isEqualTo(2);
            assertThat(count(3)).isEqualTo("1");
        }
    }

    @Test
    void lateFirstFileOfAFormerOwnerIsFollowedByEverythingOfOurs() throws Exception {
        try (Machine other = new Machine(dir.resolve("other"), store);
                SqliteProcess another = SqliteProcess.open(other.database("a.db"))) {
            another.sql("CREATE TABLE ours(x)");
            other.take(2);
            other.replication.attach();
            machine.checkpoint(); // the former owner's first file, late
            assertThat(other.checkpoint().databases().get("a.db").txid()).isEqualTo(3);
            Path copy = dir.resolve("copy");
            restore(3, copy);
            try (SqliteProcess reader = SqliteProcess.open(copy)) {
                assertThat(reader.sql("SELECT name FROM sqlite_master")).isEqualTo("ours");
            }
        }
    }

    @Test
    void tableOfAnotherContentIsNotComparedWith() throws Exception {
        machine.checkpoint();
        Path table = machine.data.resolve("replication/a.db.pages");
        byte[] old = Files.readAllBytes(table);
        application.sql("INSERT INTO t VALUES (1)");
        machine.checkpoint();
        machine.replication.detach();
        Files.write(table, old); // a disk that was rolled back
        restart(2);
        application.sql("INSERT INTO t VALUES (2)");
        long txid = machine.checkpoint().databases().get("a.db").txid();
        assertThat(txid).isEqualTo(4);
        assertThat(count(txid)).isEqualTo("2");
    }

    @Test
    void damagedTableIsNoTable() throws Exception {
        machine.checkpoint();
        Path table = machine.data.resolve("replication/a.db.pages");
        for (int at = 0; at < Files.size(table); at++) {
            byte[] damaged = Files.readAllBytes(table);
            damaged[at] ^= 1;
            Path copy = Files.write(dir.resolve("damaged"), damaged);
            assertThat(PageTable.open(copy)).as("byte %d", at).isEmpty();
        }
        assertThat(PageTable.open(table)).isPresent();
    }

    @Test
    void changedPageSizeGetsABaseOfItsOwn() throws Exception {
        machine.checkpoint();
        application.disconnect();
        machine.replication.detach();
        application.connect(machine.database("a.db"));
        application.sql("INSERT INTO t VALUES (7)");
        application.sql("PRAGMA journal_mode=DELETE");
        application.sql("PRAGMA page_size=1024");
        application.sql("VACUUM");
        application.sql("PRAGMA journal_mode=WAL");
        restart(2);
        long txid = machine.checkpoint().databases().get("a.db").txid();
        assertThat(txid).isEqualTo(3);
        assertThat(store.list("a.db")).contains(onlyLevel(9, 3));
        assertThat(count(txid)).isEqualTo("1");
        assertThat(count(1)).isEqualTo("0");
        Files.delete(store.replica("a.db").resolve(onlyLevel(9, 3).directoryKey())); // as a crash before it leaves it
        assertThat(count(txid)).isEqualTo("1");
    }

    private LtxFile onlyLevel(int level, long maxTxid) {
        return store.list("a.db").stream()
                .filter(file -> file.level() == level && file.maxTxid() == maxTxid)
                .findFirst()
                .orElseThrow();
    }

    private LtxFile file(long txid) {
        return store.list("a.db").stream()
                .filter(file -> file.level() == 0 && file.minTxid() == txid)
                .findFirst()
                .orElseThrow();
    }

    private void restart(long generation) throws IOException {
        machine.replication.detach();
        machine.take(generation);
        machine.replication.attach();
    }

    private String count(long txid) throws Exception {
        Path copy = dir.resolve("count-" + txid);
        restore(txid, copy);
        try (SqliteProcess reader = SqliteProcess.open(copy)) {
            assertThat(reader.sql("PRAGMA integrity_check")).isEqualTo("ok");
            return reader.sql("SELECT count(*) FROM t");
        }
    }

    private void restore(long txid, Path file) throws Exception {
        List<LtxFile> plan = RestorePlanner.upTo(store.list("a.db"), txid);
        assertThat(plan).isNotEmpty();
        try (var pool = new Pool()) {
            new DatabaseRestore(store, () -> {}, pool.threads).run("a.db", txid, file, dir.resolve("pages"));
        }
    }

    /** Threads of one restore. */
    private static final class Pool implements AutoCloseable {
        private final java.util.concurrent.ExecutorService threads =
                java.util.concurrent.Executors.newFixedThreadPool(IndexedRestore.PARALLEL);

        @Override
        public void close() {
            threads.shutdown();
        }
    }
}
