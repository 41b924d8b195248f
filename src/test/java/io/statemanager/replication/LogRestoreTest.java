package io.statemanager.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.statemanager.bus.DatabasePosition;
import io.statemanager.ltx.LtxFile;
import io.statemanager.support.SqliteProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Going to a position in place: by a log that holds what differs, judged by SQLite and by copies of what the database was. */
class LogRestoreTest {
    private static final String KEY = "a.db";

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
        database = machine.database(KEY);
    }

    @AfterEach
    void stop() throws IOException {
        if (application != null) {
            application.close();
        }
        machine.close();
    }

    private void open(int pageSize) throws IOException {
        application = SqliteProcess.start();
        application.connect(database);
        application.sql("PRAGMA page_size=" + pageSize);
        application.sql("PRAGMA journal_mode=WAL");
        application.sql("PRAGMA synchronous=OFF");
        application.sql("CREATE TABLE t(n INTEGER PRIMARY KEY, x)");
        insert(400);
    }

    private void insert(int rows) throws IOException {
        application.run("[db.execute('INSERT INTO t(x) VALUES (?)', (os.urandom(900),)) for i in range(" + rows
                + ")] and None");
    }

    /** A position, with a copy of what the database is at it. */
    private record State(long txid, Path copy) {}

    private State state(String name) throws IOException {
        DatabasePosition position = machine.checkpoint().databases().get(KEY);
        return new State(position.txid(), content(name));
    }

    /** What SQLite makes of the database and its log, as one file. */
    private Path content(String name) throws IOException {
        Path copy = dir.resolve(name);
        Files.copy(database, copy);
        if (Files.exists(Path.of(database + "-wal"))) {
            Files.copy(Path.of(database + "-wal"), Path.of(copy + "-wal"));
        }
        try (SqliteProcess sqlite = SqliteProcess.start()) {
            sqlite.connect(copy);
            sqlite.sql("PRAGMA wal_checkpoint(TRUNCATE)");
            sqlite.disconnect();
        }
        return copy;
    }

    /** Whether the log alone did it. */
    private boolean restore(State to) throws Exception {
        machine.replication.detach();
        Object file = Files.readAttributes(database, "unix:ino").get("ino");
        machine.replication.settle(Map.of(KEY, DatabasePosition.replica(KEY, to.txid(), 0, 0)));
        assertThat(database.getParent().toFile().list()).noneMatch(name -> name.endsWith(DatabaseSwap.SUFFIX));
        return file.equals(Files.readAttributes(database, "unix:ino").get("ino"));
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 4096, 16384, 65536})
    void everyStateComesBackWhateverStateIsThere(int pageSize) throws Exception {
        open(pageSize);
        List<State> states = new ArrayList<>();
        states.add(state("s0"));
        application.sql("UPDATE t SET x = 'small' WHERE n % 9 = 0");
        states.add(state("s1"));
        insert(700);
        states.add(state("s2"));
        application.sql("DELETE FROM t WHERE n > 30");
        application.sql("VACUUM");
        states.add(state("s3"));
        application.disconnect();
        Random random = new Random(pageSize);
        for (int i = 0; i < 8; i++) {
            State to = states.get(random.nextInt(states.size()));
            assertThat(restore(to)).as("by a log alone").isTrue();
            assertThat(content("back-" + i)).as("round %d", i).hasSameBinaryContentAs(to.copy());
            machine.replication.attach();
            states.add(new State(machine.checkpoint().databases().get(KEY).txid(), to.copy()));
        }
        application.connect(database);
        assertThat(application.sql("PRAGMA integrity_check")).isEqualTo("ok");
    }

    @Test
    void onlyWhatDiffersIsFetchedAndWritten() throws Exception {
        open(4096);
        insert(6000);
        State before = state("before");
        application.sql("UPDATE t SET x = 'changed' WHERE n < 20");
        machine.checkpoint();
        application.disconnect();
        store.bytesRead.set(0);

        assertThat(restore(before)).isTrue();

        assertThat(Files.size(Path.of(database + "-wal"))).isBetween(4096L, 200_000L);
        assertThat(store.bytesRead.get()).isLessThan(Files.size(before.copy()) / 10);
        assertThat(content("now")).hasSameBinaryContentAs(before.copy());
    }

    @Test
    void aLogThatWasNotWrittenBackIsReplacedAsAWhole() throws Exception {
        open(4096);
        State before = state("before");
        application.sql("UPDATE t SET x = 'in the log' WHERE n % 3 = 0");
        insert(50);
        machine.checkpoint();
        machine.replication.detach();
        application.kill();
        application = null;
        assertThat(Path.of(database + "-wal")).isNotEmptyFile();

        assertThat(restore(before)).isTrue();

        assertThat(content("now")).hasSameBinaryContentAs(before.copy());
    }

    @Test
    void aPageThatRottedInTheFileIsMended() throws Exception {
        open(4096);
        insert(1000);
        State before = state("before");
        application.sql("UPDATE t SET x = 'changed' WHERE n = 1");
        machine.checkpoint();
        machine.replication.detach();
        application.disconnect();
        try (RandomAccessFile file = new RandomAccessFile(database.toFile(), "rw")) {
            file.seek(100 * 4096 + 500);
            file.write(new byte[100]);
        }

        assertThat(restore(before)).isTrue();

        assertThat(content("now")).hasSameBinaryContentAs(before.copy());
    }

    @Test
    void withoutATableOrWithAnotherPageSizeTheWholeIsMadeAnew() throws Exception {
        open(4096);
        State before = state("before");
        application.sql("UPDATE t SET x = 'changed' WHERE n = 1");
        State after = state("after");
        application.disconnect();
        machine.replication.detach();
        Files.delete(machine.data.resolve("replication/a.db.pages"));
        assertThat(restore(before)).isFalse();
        assertThat(content("first")).hasSameBinaryContentAs(before.copy());

        machine.replication.attach();
        machine.checkpoint();
        application.connect(database);
        machine.replication.detach();
        application.sql("PRAGMA journal_mode=DELETE");
        application.sql("PRAGMA page_size=8192");
        application.sql("VACUUM");
        application.sql("PRAGMA journal_mode=WAL");
        machine.replication.attach();
        machine.checkpoint();
        application.disconnect();
        assertThat(restore(after)).isFalse();
        assertThat(content("second")).hasSameBinaryContentAs(after.copy());
    }

    @Test
    void damageIsNoticedAndTouchesNothing() throws Exception {
        open(4096);
        State before = state("before");
        application.sql("UPDATE t SET x = 'changed' WHERE n % 2 = 0");
        machine.checkpoint();
        application.disconnect();
        machine.replication.detach();
        Path was = content("was");
        for (LtxFile file : store.list(KEY)) {
            Path stored = store.replica(KEY).resolve(file.directoryKey());
            byte[] bytes = Files.readAllBytes(stored);
            bytes[bytes.length / 2] ^= 1;
            Files.write(stored, bytes);
        }
        assertThat(catchThrowable(() -> restore(before))).hasMessageContaining("cannot be restored");
        assertThat(content("now")).hasSameBinaryContentAs(was);
    }
}
