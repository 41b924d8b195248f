package io.statemanager;

import static io.statemanager.support.DatabaseAnswers.awaitRows;
import static io.statemanager.support.DatabaseAnswers.checkpoint;
import static io.statemanager.support.DatabaseAnswers.first;
import static io.statemanager.support.DatabaseAnswers.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.ClientLine;
import io.statemanager.support.Judges;
import io.statemanager.support.Manager;
import io.statemanager.support.ManagerFixture;
import io.statemanager.support.Settings;
import io.statemanager.support.SqliteProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One database back to a position, with real managers: as a new file, in place, and with the machine lost in the middle. */
class DatabaseRestoreIT extends ManagerFixture {
    /** Tells how many rows it found when it started, then writes. */
    private static final String WRITER = """
            import os, sqlite3, time
            directory = os.environ['STATE_MANAGER_ENV_DIR']
            both = [sqlite3.connect(path, isolation_level=None, timeout=30)
                    for path in (os.environ['STATE_MANAGER_DATABASE'], directory + '/second.db')]
            for db in both:
                db.execute('PRAGMA journal_mode=WAL')
                db.execute('CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY, x)')
            found = [db.execute('SELECT count(*) FROM t').fetchone()[0] for db in both]
            with open(directory + '/starts', 'a') as starts:
                starts.write(' '.join(map(str, found)) + '\\n')
            while True:
                for db in both:
                    db.execute('INSERT INTO t(x) VALUES (hex(randomblob(300)))')
                time.sleep(0.01)
            """;

    @Test
    void everyPositionComesBackAsAFileByteForByteWhileTheApplicationGoesOn() throws Exception {
        Path litestream = Judges.require(Judges.litestream(), "litestream");
        Manager manager = machine("a").running("sleep", "1000").start().awaitRunning();
        long pid = pid(manager);
        Path database = manager.envDir().resolve("db/app.sqlite");
        List<Path> references = new ArrayList<>();
        List<Long> txids = new ArrayList<>();
        try (SqliteProcess sqlite = SqliteProcess.open(database)) {
            sqlite.sql("CREATE TABLE t(n INTEGER PRIMARY KEY, x)");
            sqlite.run("[db.execute('INSERT INTO t(x) VALUES (?)', (os.urandom(900),)) for i in range(400)] and None");
            position(manager, database, references, txids);
            sqlite.sql("UPDATE t SET x = 'small' WHERE n % 7 = 0");
            position(manager, database, references, txids);
            sqlite.sql("DELETE FROM t WHERE n > 40");
            sqlite.sql("VACUUM");
            position(manager, database, references, txids);
            sqlite.run("[db.execute('INSERT INTO t(x) VALUES (?)', (os.urandom(900),)) for i in range(900)] and None");
            position(manager, database, references, txids);

            for (int i = 0; i < txids.size(); i++) {
                Path ours = dir.resolve("ours-" + i);
                JsonObject restored = restored(
                        manager, new JsonObject().put("txid", txids.get(i)).put("output", ours.toString()));
                assertThat(restored.getString("output")).isEqualTo(ours.toString());
                assertThat(restored.getString("pre_restore_id")).isNull();
                assertThat(ours).hasSameBinaryContentAs(references.get(i));
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ours)))
                        .isEqualTo("rw-------");
                Path theirs = dir.resolve("theirs-" + i);
                litestream(litestream, txids.get(i), theirs);
                assertThat(ours).hasSameBinaryContentAs(theirs);
            }
        }
        Path newest = dir.resolve("newest");
        restored(manager, new JsonObject().put("output", newest.toString()));
        assertThat(newest).hasSameBinaryContentAs(references.get(3));
        assertThat(pid(manager)).as("nothing was stopped").isEqualTo(pid);
        assertThat(dir.toFile().list()).noneMatch(name -> name.endsWith(".state-manager-restore"));
    }

    @Test
    void aTimeGivesTheNewestPositionThatWasStoredByThen() throws Exception {
        Manager manager = machine("a").start().awaitRunning();
        Path database = manager.envDir().resolve("db/app.sqlite");
        List<Path> references = new ArrayList<>();
        List<Long> txids = new ArrayList<>();
        try (SqliteProcess sqlite = SqliteProcess.open(database)) {
            sqlite.sql("CREATE TABLE t(x)");
            for (int i = 0; i < 3; i++) {
                sqlite.sql("INSERT INTO t VALUES (" + i + ")");
                position(manager, database, references, txids);
            }
        }
        Instant second = time(manager, txids.get(1));

        Path at = dir.resolve("at");
        restored(manager, new JsonObject().put("timestamp", second.toString()).put("output", at.toString()));
        assertThat(at).hasSameBinaryContentAs(references.get(1));
        Path before = dir.resolve("before");
        restored(
                manager,
                new JsonObject()
                        .put("timestamp", second.minusNanos(1).toString())
                        .put("output", before.toString()));
        assertThat(before).hasSameBinaryContentAs(references.get(0));
        JsonObject dry =
                restored(manager, new JsonObject().put("timestamp", "0s").put("dry_run", true));
        assertThat(dry.getLong("txid")).isEqualTo(txids.get(2));
        assertThat(dry.getString("status")).isEqualTo("dry_run");

        String oldest = time(manager, txids.get(0)).toString();
        String newest = time(manager, txids.get(2)).toString();
        for (String outside : List.of("1d", "2000-01-01T00:00:00Z", "2999-01-01T00:00:00+01:00")) {
            assertThat(refusal(manager, new JsonObject().put("timestamp", outside), 404, "position_not_found"))
                    .contains(oldest, newest);
        }
        assertThat(refusal(manager, new JsonObject().put("txid", 99), 404, "position_not_found"))
                .contains("TXID " + txids.get(2));
        refusal(manager, new JsonObject().put("timestamp", "yesterday"), 400, "invalid_request");
        refusal(manager, new JsonObject().put("timestamp", "1h").put("txid", 1), 400, "invalid_request");
        refusal(manager, new JsonObject().put("txid", 0), 400, "invalid_request");
        assertThat(manager.post("/databases/none/restore", "{}").status()).isEqualTo(404);
    }

    @Test
    void aFileIsNeverReplacedAndNeverMadeWhereItWouldDoHarm() throws Exception {
        Manager manager = machine("a").start().awaitRunning();
        try (SqliteProcess sqlite = SqliteProcess.open(manager.envDir().resolve("db/app.sqlite"))) {
            sqlite.sql("CREATE TABLE t(x)");
        }
        checkpoint(manager, "v1");
        Path there = Files.writeString(dir.resolve("there"), "mine");
        Path log = Files.writeString(dir.resolve("new-wal"), "a log");
        Path link = Files.createSymbolicLink(dir.resolve("link"), manager.envDir());

        refusal(manager, output(there), 409, "output_exists");
        refusal(manager, output(dir.resolve("new")), 409, "output_exists");
        refusal(manager, output(manager.envDir().resolve("copy.db")), 400, "invalid_request");
        refusal(manager, output(link.resolve("copy.db")), 400, "invalid_request");
        refusal(manager, output(dir.resolve("x/../link/copy.db")), 400, "invalid_request");
        refusal(manager, output(manager.dataDir().resolve("journal/restore.json")), 400, "invalid_request");
        refusal(manager, output(dir.resolve("store/copy")), 400, "invalid_request");
        refusal(manager, output(dir.resolve("missing/copy")), 400, "invalid_request");
        refusal(manager, new JsonObject().put("output", "copy"), 400, "invalid_request");
        refusal(manager, new JsonObject().put("output", "/"), 400, "invalid_request");

        assertThat(there).hasContent("mine");
        assertThat(log).hasContent("a log");
        assertThat(dir.resolve("new")).doesNotExist();
        assertThat(manager.envDir().resolve("copy.db")).doesNotExist();
    }

    @Test
    void theCommandLineListsPositionsAndRestoresToAFile() throws Exception {
        Manager manager = machine("a").start().awaitRunning();
        try (SqliteProcess sqlite = SqliteProcess.open(manager.envDir().resolve("db/app.sqlite"))) {
            sqlite.sql("CREATE TABLE t(x)");
            checkpoint(manager, "v1");
            sqlite.sql("INSERT INTO t VALUES ('later')");
            checkpoint(manager, "v2");
        }
        ClientLine.Result positions = manager.client("db", "positions", "app");
        assertThat(positions.out()).contains("TXID").contains(time(manager, 1).toString());
        Path copy = dir.resolve("copy");

        ClientLine.Result dry = manager.client("db", "restore", "app", "--txid", "1", "--dry-run");
        ClientLine.Result done = manager.client("db", "restore", "app", "--txid", "1", "--output", copy.toString());
        ClientLine.Result both = manager.client("db", "restore", "app", "--txid", "1", "--timestamp", "1h");

        assertThat(dry.out()).contains("would restore app at TXID 1 of ");
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(done.out()).contains("is restored in", "to " + copy);
        assertThat(both.code()).isEqualTo(2);
        try (SqliteProcess reader = SqliteProcess.start()) {
            reader.connect(copy);
            assertThat(reader.sql("SELECT count(*) FROM t")).isEqualTo("0");
        }
    }

    @Test
    void inPlaceOneDatabaseGoesBackAndTheApplicationStartsAgainOnIt() throws Exception {
        Manager manager = machine("a").running("python3", "-c", WRITER).start().awaitRunning();
        awaitRows(manager, "app", 20);
        JsonObject v1 = checkpoint(manager, "v1");
        long txid = v1.getJsonObject("databases").getJsonObject("app").getLong("txid");
        Path copy = dir.resolve("copy");
        restored(manager, new JsonObject().put("txid", txid).put("output", copy.toString()));
        long then = count(copy);
        awaitRows(manager, "app", then + 50);
        Files.writeString(manager.envDir().resolve("notes"), "written after the checkpoint");
        long second = rows(manager, "second.db");
        long pid = pid(manager);

        JsonObject restored = restored(manager, new JsonObject().put("txid", txid));

        Path told = manager.envDir().resolve("starts");
        manager.await("the second start", status -> lines(told).size() == 2);
        List<String> starts = lines(told);
        assertThat(starts.get(1).split(" ", -1)[0]).isEqualTo(Long.toString(then));
        assertThat(Long.parseLong(starts.get(1).split(" ", -1)[1]))
                .as("the other database goes on")
                .isGreaterThanOrEqualTo(second);
        assertThat(pid(manager)).isNotEqualTo(pid);
        assertThat(manager.envDir().resolve("notes")).hasContent("written after the checkpoint");
        assertThat(manager.printed()).contains("A restore is done database=\"app@" + txid + "\"");

        // What was replaced is kept, and the history goes on behind it.
        String kept = restored.getString("pre_restore_id");
        JsonObject before = manager.get("/checkpoints/" + kept).json();
        assertThat(before.getBoolean("line")).isFalse();
        long replaced = before.getJsonObject("databases").getJsonObject("app").getLong("txid");
        JsonObject v2 = checkpoint(manager, "v2");
        assertThat(v2.getJsonObject("databases").getJsonObject("app").getLong("txid"))
                .isGreaterThan(replaced);
        assertThat(first(manager, "app", "SELECT max(n) - count(*) FROM t")).isEqualTo("0");
        assertThat(first(manager, "app", "SELECT integrity_check FROM pragma_integrity_check"))
                .isEqualTo("ok");
    }

    @Test
    void aForeignProcessThatHasItOpenIsNamedAndNothingIsTouched() throws Exception {
        Manager manager = machine("a").running("sleep", "1000").start().awaitRunning();
        try (SqliteProcess sqlite = twoStates(manager)) {
            assertThat(refusal(manager, new JsonObject().put("txid", 1), 409, "database_busy"))
                    .contains(Long.toString(sqlite.pid()));
            assertThat(sqlite.sql("SELECT x FROM t")).isEqualTo("new");
        }
        manager.await("the application runs again", status -> status.getBoolean("running", false));
        assertThat(first(manager, "app", "SELECT x FROM t")).isEqualTo("new");
        assertThat(manager.dataDir().resolve("journal/restore.json")).doesNotExist();
    }

    @Test
    void aDatabaseThatTheApplicationDeletedComesBackAsAFileAndInPlace() throws Exception {
        Manager manager = machine("a").start().awaitRunning();
        Path database = manager.envDir().resolve("other.db");
        try (SqliteProcess sqlite = SqliteProcess.open(database)) {
            sqlite.sql("CREATE TABLE t(x)");
            sqlite.sql("INSERT INTO t VALUES ('was here')");
            checkpoint(manager, "v1");
        }
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(Path.of(database + suffix));
        }
        checkpoint(manager, "v2");
        assertThat(manager.get("/databases").body()).doesNotContain("other.db");

        Path copy = dir.resolve("copy");
        Manager.Answer toFile = manager.post(
                "/databases/other.db/restore",
                new JsonObject().put("output", copy.toString()).encode());
        assertThat(toFile.status()).as(toFile.body()).isEqualTo(200);
        assertThat(count(copy)).isEqualTo(1);
        Manager.Answer inPlace = manager.post("/databases/other.db/restore", "{}");
        assertThat(inPlace.status()).as(inPlace.body() + manager.printed()).isEqualTo(200);
        assertThat(first(manager, "other.db", "SELECT x FROM t")).isEqualTo("was here");
        manager.kill();

        Manager other = machine("b").start().awaitRunning();
        assertThat(first(other, "other.db", "SELECT x FROM t")).isEqualTo("was here");
    }

    @ParameterizedTest
    @CsvSource({
        "restore.saved, new",
        "restore.journal, new",
        "restore.committed, old",
        "database.restore.made, old",
        "database.restore.removed, old",
        "database.restore.renamed, old",
        "restore.databases, old",
        "restore.finished, old"
    })
    void aMachineLostInTheMiddleLeavesTheStateBeforeOrTheTarget(String step, String expected) throws Exception {
        Manager first = machine("a").failingAt(step).start().awaitRunning();
        twoStates(first).close();
        Files.writeString(first.envDir().resolve("notes"), "newer than v2");
        first.dyingOf(() -> first.post("/databases/app/restore", "{\"txid\":1}"));

        Manager other = machine("b").start().awaitRunning();
        assertThat(first(other, "app", "SELECT x FROM t")).isEqualTo(expected);
        assertThat(first(other, "second.db", "SELECT x FROM t")).isEqualTo("second");
        if (expected.equals("old")) {
            assertThat(other.envDir().resolve("notes")).hasContent("newer than v2");
        }
        Path newest = dir.resolve("newest");
        restored(other, new JsonObject().put("output", newest.toString()));
        try (SqliteProcess reader = SqliteProcess.start()) {
            reader.connect(newest);
            assertThat(reader.sql("SELECT x FROM t")).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"restore.journal, new", "restore.committed, old", "database.restore.removed, old"})
    void theSameMachineFinishesWhatHadBegun(String step, String expected) throws Exception {
        Manager first = machine("a").failingAt(step).start().awaitRunning();
        twoStates(first).close();
        Files.writeString(first.envDir().resolve("notes"), "kept");
        first.dyingOf(() -> first.post("/databases/app/restore", "{\"txid\":1}"));

        Manager again = machine("a").start().awaitRunning();

        assertThat(first(again, "app", "SELECT x FROM t")).isEqualTo(expected);
        assertThat(first(again, "second.db", "SELECT x FROM t")).isEqualTo("second");
        assertThat(again.envDir().resolve("notes")).hasContent("kept");
        assertThat(again.dataDir().resolve("journal/restore.json")).doesNotExist();
    }

    // ---- helpers ----

    private Manager machine(String name) {
        return manager(name).config(Settings.local(dir.resolve("store"), "6s"));
    }

    /** TXID 1 has 'old', the newest one 'new'; beside it a database that stays. */
    private static SqliteProcess twoStates(Manager manager) throws IOException {
        try (SqliteProcess second = SqliteProcess.open(manager.envDir().resolve("second.db"))) {
            second.sql("CREATE TABLE t(x)");
            second.sql("INSERT INTO t VALUES ('second')");
        }
        SqliteProcess sqlite = SqliteProcess.open(manager.envDir().resolve("db/app.sqlite"));
        sqlite.sql("BEGIN");
        sqlite.sql("CREATE TABLE t(n INTEGER PRIMARY KEY, x)");
        sqlite.sql("INSERT INTO t(x) VALUES ('old')");
        sqlite.sql("COMMIT");
        checkpoint(manager, "v1");
        sqlite.sql("UPDATE t SET x = 'new'");
        checkpoint(manager, "v2");
        return sqlite;
    }

    /** Makes a checkpoint and a copy of what the database is, with its log written back. */
    private void position(Manager manager, Path database, List<Path> references, List<Long> txids) throws IOException {
        JsonObject made = checkpoint(manager, "v" + (references.size() + 1));
        txids.add(made.getJsonObject("databases").getJsonObject("app").getLong("txid"));
        Path reference = dir.resolve("reference-" + references.size());
        Files.copy(database, reference);
        Files.copy(Path.of(database + "-wal"), Path.of(reference + "-wal"));
        try (SqliteProcess sqlite = SqliteProcess.start()) {
            sqlite.connect(reference);
            sqlite.sql("PRAGMA wal_checkpoint(TRUNCATE)");
            sqlite.disconnect();
        }
        references.add(reference);
    }

    private void litestream(Path program, long txid, Path output) throws Exception {
        ProcessBuilder restore = new ProcessBuilder(
                        program.toString(),
                        "restore",
                        "-o",
                        output.toString(),
                        "-txid",
                        String.format("%016x", txid),
                        "file://" + dir.resolve("store/default/db/app"))
                .redirectErrorStream(true);
        restore.environment().remove("AWS_CA_BUNDLE");
        Process process = restore.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    private static JsonObject output(Path file) {
        return new JsonObject().put("output", file.toString());
    }

    private static JsonObject restored(Manager manager, JsonObject order) {
        Manager.Answer answer = manager.post("/databases/app/restore", order.encode());
        assertThat(answer.status()).as(answer.body() + "\n" + manager.printed()).isEqualTo(200);
        return answer.json();
    }

    private static String refusal(Manager manager, JsonObject order, int status, String code) {
        Manager.Answer answer = manager.post("/databases/app/restore", order.encode());
        assertThat(answer.status()).as(order.encode() + ": " + answer.body()).isEqualTo(status);
        assertThat(answer.json().getString("code")).isEqualTo(code);
        return answer.body();
    }

    private static Instant time(Manager manager, long txid) {
        JsonArray positions = manager.get("/databases/app/positions").json().getJsonArray("positions");
        return positions.stream()
                .map(JsonObject.class::cast)
                .filter(position -> position.getLong("txid") == txid)
                .map(position -> Instant.parse(position.getString("time")))
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long pid(Manager manager) {
        return manager.get("/processes")
                .json()
                .getJsonArray("processes")
                .getJsonObject(0)
                .getLong("pid");
    }

    private static long count(Path database) throws IOException {
        try (SqliteProcess sqlite = SqliteProcess.start()) {
            sqlite.connect(database);
            return Long.parseLong(sqlite.sql("SELECT count(*) FROM t"));
        }
    }
}
