package io.statemanager.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands.Find;
import io.statemanager.bus.DatabaseCommands.Found;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.LtxHeader;
import io.statemanager.support.SqliteProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Positions by number and by time, and new files that are made of them. */
class FileRestoreTest {
    private static final String KEY = "a.db";

    @TempDir
    Path dir;

    private DirectoryReplicas store;
    private Machine machine;
    private SqliteProcess application;
    private Path output;

    @BeforeEach
    void start() throws IOException {
        store = new DirectoryReplicas(dir.resolve("store"));
        machine = new Machine(dir.resolve("machine"), store);
        machine.take(1);
        application = SqliteProcess.open(machine.database(KEY));
        application.sql("CREATE TABLE t(x)");
        output = Files.createDirectory(dir.resolve("elsewhere")).resolve("copy.db");
    }

    @AfterEach
    void stop() throws IOException {
        application.close();
        machine.close();
    }

    /** Three positions, a minute apart. */
    private void threePositions() throws IOException {
        for (int i = 1; i <= 3; i++) {
            application.sql("INSERT INTO t VALUES (" + i + ")");
            machine.checkpoint();
            store.pass(Duration.ofMinutes(1));
        }
    }

    @Test
    void onlyThePagesThatAPositionNeedsAreFetched() throws Exception {
        application.run("[db.execute('INSERT INTO t VALUES (?)', (os.urandom(900),)) for i in range(3000)] and None");
        threePositions();
        application.sql("DELETE FROM t WHERE rowid > 20");
        application.sql("VACUUM");
        machine.checkpoint();
        store.bytesRead.set(0);

        make(find(new Find(KEY, 4L, null), store.now()));

        assertThat(store.bytesRead.get()).isLessThan(1 << 19);
        assertThat(rows()).isEqualTo("20");
        assertThat(output.getParent().toFile().list()).containsExactly("copy.db");
    }

    @Test
    void progressTellsAllPages() throws Exception {
        threePositions();
        List<String> told = new ArrayList<>();
        Found found = find(new Find(KEY, null, null), store.now());
        Context context = machine.replication.context();
        DatabaseRestore restore =
                context.restores().toldTo((what, done, total) -> told.add(what + " " + done + "/" + total));
        new NewDatabaseFile(context, restore).make(found, output);
        long pages = found.position().pages();
        assertThat(told.get(told.size() - 1)).isEqualTo("pages restored " + pages + "/" + pages);
    }

    @Test
    void aTimeMeansWhatWasStoredByThen() throws Exception {
        Instant first = store.now();
        threePositions();
        assertThat(txid(first)).isEqualTo(1);
        assertThat(txid(first.plusSeconds(59))).isEqualTo(1);
        assertThat(txid(first.plusSeconds(60))).isEqualTo(2);
        assertThat(txid(store.now())).isEqualTo(3);
        assertThat(find(new Find(KEY, null, "61s"), store.now()).position().txid())
                .isEqualTo(2);

        String range = "the oldest position is TXID 1 of " + first + ", the newest TXID 3 of " + first.plusSeconds(120);
        assertNotFound(new Find(KEY, null, first.minusNanos(1).toString()), range);
        assertNotFound(new Find(KEY, null, store.now().plusNanos(1).toString()), range);
    }

    @Test
    void aNumberBetweenTheFilesNamesItsNeighbours() throws Exception {
        threePositions();
        // As after a merge of 1 and 2: their own files went.
        LtxFile merged = new LtxFile(1, 1, 2, 0);
        Path target = store.replica(KEY).resolve(merged.directoryKey());
        Files.createDirectories(target.getParent());
        Files.copy(store.replica(KEY).resolve(new LtxFile(9, 1, 1, 0).directoryKey()), target);
        Files.delete(store.replica(KEY).resolve(new LtxFile(9, 1, 1, 0).directoryKey()));
        Files.delete(store.replica(KEY).resolve(new LtxFile(0, 1, 1, 0).directoryKey()));
        Files.delete(store.replica(KEY).resolve(new LtxFile(0, 2, 2, 0).directoryKey()));

        assertNotFound(new Find(KEY, 1L, null), "the nearest are TXID 2 of ");
        assertNotFound(new Find(KEY, 9L, null), "the nearest are TXID 3 of ");
    }

    @Test
    void damageMakesNoFile() throws Exception {
        threePositions();
        Found found = find(new Find(KEY, 2L, null), store.now());
        for (LtxFile file : store.list(KEY)) {
            Path stored = store.replica(KEY).resolve(file.directoryKey());
            byte[] bytes = Files.readAllBytes(stored);
            bytes[bytes.length / 2] ^= 1;
            Files.write(stored, bytes);
        }
        assertCode(() -> make(found), FailureCode.REPLICA_DAMAGED);
        assertThat(output.getParent()).isEmptyDirectory();
    }

    @Test
    void aFileThatAppearsMeanwhileIsLeftAlone() throws Exception {
        threePositions();
        Found found = find(new Find(KEY, 2L, null), store.now());
        Context context = machine.replication.context();
        DatabaseRestore restore = context.restores().toldTo((what, done, total) -> write(output, "somebody's"));
        assertCode(() -> new NewDatabaseFile(context, restore).make(found, output), FailureCode.OUTPUT_EXISTS);
        assertThat(output).hasContent("somebody's");
        assertThat(output.getParent().toFile().list()).containsExactly("copy.db");
    }

    @Test
    void aReplicaOfLitestreamsOwnIsRestoredToo() throws Exception {
        Litestream litestream = Litestream.required();
        Path database = dir.resolve("theirs.db");
        try (SqliteProcess theirs = SqliteProcess.open(database)) {
            theirs.sql("CREATE TABLE t(x)");
            Process replicate = litestream.replicate(database, store.replica("theirs.db"));
            try {
                for (int i = 1; i <= 3; i++) {
                    theirs.sql("INSERT INTO t VALUES (hex(randomblob(9000)))");
                    int files = i;
                    Awaitility.await()
                            .atMost(60, TimeUnit.SECONDS)
                            .until(() -> store.list("theirs.db").stream()
                                            .filter(f -> f.level() == 0)
                                            .count()
                                    >= files);
                }
            } finally {
                replicate.destroy();
                replicate.waitFor();
            }
        }
        PositionSearch search = new PositionSearch("theirs.db", store.inventory("theirs.db"));
        PositionSearch.Choice newest = search.choose(new Find("theirs.db", null, null), store.now());
        Path judge = dir.resolve("judge");
        litestream.restore(store.replica("theirs.db"), newest.txid(), judge);

        make(found("theirs.db", newest));

        assertThat(output).hasSameBinaryContentAs(judge);
    }

    private Found find(Find order, Instant now) {
        return found(KEY, new PositionSearch(KEY, store.inventory(KEY)).choose(order, now));
    }

    private Found found(String key, PositionSearch.Choice choice) {
        LtxFile last = choice.plan().get(choice.plan().size() - 1);
        try {
            LtxHeader header =
                    LtxHeader.decode(store.read(key, last, 0, LtxHeader.SIZE).bytes());
            return new Found(
                    key,
                    DatabasePosition.replica(key, choice.txid(), header.pageSize(), header.commit()),
                    choice.time(),
                    choice.plan().size(),
                    last.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long txid(Instant time) {
        return find(new Find(KEY, null, time.toString()), store.now())
                .position()
                .txid();
    }

    private void make(Found found) throws IOException {
        Context context = machine.replication.context();
        new NewDatabaseFile(context, context.restores()).make(found, output);
    }

    private String rows() throws IOException {
        try (SqliteProcess reader = SqliteProcess.start()) {
            reader.connect(output);
            assertThat(reader.sql("PRAGMA integrity_check")).isEqualTo("ok");
            return reader.sql("SELECT count(*) FROM t");
        }
    }

    private void assertNotFound(Find order, String says) {
        assertThatThrownBy(() -> find(order, store.now()))
                .hasMessageContaining(says)
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.POSITION_NOT_FOUND));
    }

    private static void assertCode(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, FailureCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
