package io.statemanager.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.ltx.LtxFile;
import io.statemanager.sqlite.DatabaseBusyException;
import io.statemanager.support.SqliteProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bringing databases to positions, and proving that they are there already. */
class SettleTest {
    @TempDir
    Path dir;

    private DirectoryReplicas store;
    private Machine machine;
    private SqliteProcess application;
    private Path database;

    @BeforeEach
    void start() throws IOException {
        store = new DirectoryReplicas(dir.resolve("store"));
        machine = new Machine(dir.resolve("machine"), store);
        machine.take(1);
        database = machine.database("sub/a.db");
        application = SqliteProcess.open(database);
        application.sql("CREATE TABLE t(x)");
        application.run("[db.execute('INSERT INTO t VALUES (?)', (os.urandom(900),)) for i in range(300)] and None");
    }

    @AfterEach
    void stop() throws IOException {
        application.close();
        machine.close();
    }

    @Test
    void emptyMachineGetsTheNewestState() throws Exception {
        Files.setPosixFilePermissions(database, PosixFilePermissions.fromString("rw-r-----"));
        machine.checkpoint();
        application.sql("DELETE FROM t WHERE rowid > 200");
        DatabasePosition newest = machine.checkpoint().databases().get("sub=2Fa.db");
        try (Machine other = new Machine(dir.resolve("other"), store)) {
            other.take(2).settle(Map.of("sub=2Fa.db", newest));
            Path restored = other.env.resolve("sub/a.db");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(restored)))
                    .isEqualTo("rw-r-----");
            other.replication.attach();
            assertThat(other.checkpoint().bytesUploaded()).isZero();
            try (SqliteProcess reader = SqliteProcess.open(restored)) {
                assertThat(reader.sql("PRAGMA integrity_check")).isEqualTo("ok");
                assertThat(reader.sql("SELECT count(*) FROM t")).isEqualTo("200");
                reader.sql("INSERT INTO t VALUES (1)");
                // 1 and 2 are data, 3 is the claim
                assertThat(other.checkpoint().databases().get("sub=2Fa.db").txid())
                        .isEqualTo(4);
            }
        }
    }

    @Test
    void goingBackContinuesTheHistoryWithWhatDiffers() throws Exception {
        DatabaseCommands.Captured first = machine.checkpoint();
        application.sql("UPDATE t SET x = 'later' WHERE rowid = 5");
        machine.checkpoint();
        application.disconnect();

        machine.replication.settle(Map.of("sub=2Fa.db", first.databases().get("sub=2Fa.db")));
        machine.replication.attach();
        DatabaseCommands.Captured after = machine.checkpoint();
        assertThat(after.databases().get("sub=2Fa.db").txid()).isEqualTo(3);
        assertThat(after.bytesUploaded()).isLessThan(first.bytesUploaded() / 10);
        application.connect(database);
        assertThat(application.sql("SELECT count(*) FROM t WHERE x = 'later'")).isEqualTo("0");
    }

    @Test
    void databaseThatSomebodyHasOpenIsNotTouched() throws Exception {
        DatabasePosition position = machine.checkpoint().databases().get("sub=2Fa.db");
        application.sql("INSERT INTO t VALUES ('kept')");
        assertThatThrownBy(() -> machine.replication.settle(Map.of("sub=2Fa.db", position)))
                .isInstanceOf(DatabaseBusyException.class)
                .hasMessageContaining("pid " + application.pid());
        assertThat(application.sql("SELECT count(*) FROM t WHERE x = 'kept'")).isEqualTo("1");
        machine.replication.attach();
    }

    @Test
    void absentMeansTheDatabaseAndItsCompanionsAreRemoved() throws Exception {
        machine.checkpoint();
        application.kill(); // leaves log and index behind
        machine.replication.settle(Map.of("sub=2Fa.db", DatabasePosition.absent("sub/a.db", 1L)));
        assertThat(machine.env.resolve("sub")).isEmptyDirectory();
    }

    @Test
    void oldLogNeverMeetsTheRestoredDatabase() throws Exception {
        DatabasePosition first = machine.checkpoint().databases().get("sub=2Fa.db");
        application.sql("INSERT INTO t VALUES ('in the log')");
        machine.replication.detach();
        application.kill();
        assertThat(Path.of(database + "-wal")).isNotEmptyFile();
        machine.replication.settle(Map.of("sub=2Fa.db", first));
        try (SqliteProcess reader = SqliteProcess.open(database)) {
            assertThat(reader.sql("SELECT count(*) FROM t WHERE x = 'in the log'"))
                    .isEqualTo("0");
            assertThat(reader.sql("PRAGMA integrity_check")).isEqualTo("ok");
        }
    }

    @Test
    void damagedReplicaReplacesNothing() throws Exception {
        DatabasePosition first = machine.checkpoint().databases().get("sub=2Fa.db");
        application.sql("UPDATE t SET x = 'later'"); // so that all pages are needed
        machine.checkpoint();
        application.disconnect();
        for (LtxFile file : store.list("sub=2Fa.db")) {
            Path stored = store.replica("sub=2Fa.db").resolve(file.directoryKey());
            byte[] bytes = Files.readAllBytes(stored);
            bytes[bytes.length / 2] ^= 1;
            Files.write(stored, bytes);
        }
        machine.replication.detach();
        byte[] before = Files.readAllBytes(database);
        assertThatThrownBy(() -> machine.replication.settle(Map.of("sub=2Fa.db", first)))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.REPLICA_DAMAGED));
        assertThat(Files.readAllBytes(database)).isEqualTo(before);
        assertThat(database.getParent().toFile().list()).containsExactly("a.db");
    }

    @Test
    void pathsThatLeadOutOfTheEnvironmentAreRefused() {
        for (String path : new String[] {"../a.db", "/etc/passwd", "", "x/../../a.db", "other.db"}) {
            assertThatThrownBy(
                            () -> machine.replication.settle(Map.of("sub=2Fa.db", DatabasePosition.absent(path, null))))
                    .as(path)
                    .isInstanceOfSatisfying(
                            CommandException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.REPLICA_DAMAGED));
        }
    }

    @Test
    void parentThatIsALinkIsReplacedAndNotFollowed() throws Exception {
        DatabasePosition first = machine.checkpoint().databases().get("sub=2Fa.db");
        try (Machine other = new Machine(dir.resolve("other"), store)) {
            Path outside = Files.createDirectory(dir.resolve("outside"));
            Files.createSymbolicLink(other.env.resolve("sub"), outside);
            other.take(2).settle(Map.of("sub=2Fa.db", first));
            assertThat(outside).isEmptyDirectory();
            assertThat(other.env.resolve("sub/a.db")).isRegularFile();
        }
    }

    @Test
    void databaseBehindALinkIsLeftAlone() throws Exception {
        DatabasePosition first = machine.checkpoint().databases().get("sub=2Fa.db");
        application.sql("UPDATE t SET x = 'later'");
        machine.checkpoint();
        machine.replication.detach();
        application.disconnect();
        Path outside = dir.resolve("outside");
        Files.move(machine.env.resolve("sub"), outside);
        Files.createSymbolicLink(machine.env.resolve("sub"), outside);
        byte[] before = Files.readAllBytes(outside.resolve("a.db"));

        machine.replication.settle(Map.of("sub=2Fa.db", first));

        assertThat(outside.toFile().list()).containsExactly("a.db");
        assertThat(Files.readAllBytes(outside.resolve("a.db"))).isEqualTo(before);
        try (SqliteProcess reader = SqliteProcess.open(machine.env.resolve("sub/a.db"))) {
            assertThat(reader.sql("SELECT count(*) FROM t WHERE x = 'later'")).isEqualTo("0");
        }
    }

    @Test
    void databaseThatContainsThePositionAndMoreIsProvenByItsLog() throws Exception {
        DatabasePosition newest = machine.checkpoint().databases().get("sub=2Fa.db");
        application.sql("INSERT INTO t VALUES ('not uploaded')");
        machine.replication.detach();
        application.kill();
        assertThat(prove(newest).proven()).containsExactly("sub=2Fa.db");
    }

    @Test
    void databaseThatIsThePositionIsProvenByItsPages() throws Exception {
        DatabasePosition newest = machine.checkpoint().databases().get("sub=2Fa.db");
        machine.replication.detach();
        application.disconnect();
        assertThat(Path.of(database + "-wal")).doesNotExist();
        assertThat(prove(newest).proven()).containsExactly("sub=2Fa.db");
    }

    @Test
    void databaseThatIsAtAnEarlierPositionIsAPrefix() throws Exception {
        machine.checkpoint();
        machine.replication.detach();
        application.disconnect();
        Path saved = dir.resolve("saved");
        Files.copy(database, saved);
        Path table = machine.data.resolve("replication/sub=2Fa.db.pages");
        byte[] savedTable = Files.readAllBytes(table);
        application.connect(database);
        application.sql("INSERT INTO t VALUES ('lost with the disk')");
        machine.replication.attach();
        DatabasePosition newest = machine.checkpoint().databases().get("sub=2Fa.db");
        machine.replication.detach();
        application.disconnect();

        Files.copy(saved, database, java.nio.file.StandardCopyOption.REPLACE_EXISTING); // an older disk image
        Files.write(table, savedTable);
        assertThat(prove(newest).prefix()).containsExactly("sub=2Fa.db");
    }

    @Test
    void databaseWithWritesOfItsOwnOnAnOlderPositionIsNotProven() throws Exception {
        machine.checkpoint();
        machine.replication.detach();
        application.disconnect();
        Path saved = dir.resolve("saved");
        Files.copy(database, saved);
        application.connect(database);
        application.sql("INSERT INTO t VALUES ('uploaded')");
        machine.replication.attach();
        DatabasePosition newest = machine.checkpoint().databases().get("sub=2Fa.db");
        machine.replication.detach();
        application.disconnect();

        Files.copy(saved, database, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        application.connect(database);
        application.sql("INSERT INTO t VALUES ('another line')");
        application.disconnect();
        DatabaseCommands.Proof proof = prove(newest);
        assertThat(proof.other()).containsExactly("sub=2Fa.db");
        Files.delete(database);
        assertThat(prove(newest).other()).containsExactly("sub=2Fa.db");
    }

    private DatabaseCommands.Proof prove(DatabasePosition newest) throws IOException {
        return machine.replication.prove(Map.of("sub=2Fa.db", newest));
    }
}
