package io.statemanager;

import static io.statemanager.support.DatabaseAnswers.awaitRows;
import static io.statemanager.support.DatabaseAnswers.checkpoint;
import static io.statemanager.support.DatabaseAnswers.first;
import static io.statemanager.support.DatabaseAnswers.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.Judges;
import io.statemanager.support.Manager;
import io.statemanager.support.ManagerFixture;
import io.statemanager.support.Settings;
import io.statemanager.support.SqliteProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Databases in checkpoints with real managers: an application that never stops writing, another machine, a restore in place. */
class DatabasesIT extends ManagerFixture {
    private static final String WRITER = """
            import os, sqlite3, time
            directory = os.environ['STATE_MANAGER_ENV_DIR']
            os.makedirs(directory + '/sub', exist_ok=True)
            both = [sqlite3.connect(path, isolation_level=None, timeout=30)
                    for path in (os.environ['STATE_MANAGER_DATABASE'], directory + '/sub/second.db')]
            for db in both:
                db.execute('PRAGMA journal_mode=WAL')
                db.execute('CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY, x)')
            while True:
                for db in both:
                    db.execute('INSERT INTO t(x) VALUES (hex(randomblob(300)))')
                time.sleep(0.002)
            """;

    @Test
    void whatAnApplicationHadCommittedBeforeACheckpointIsBackOnAnotherMachine() throws IOException {
        Manager first = machine("a").running("python3", "-c", WRITER).start().awaitRunning();
        awaitRows(first, "app", 20);
        checkpoint(first, "v1");
        awaitRows(first, "sub=2Fsecond.db", 20);
        awaitRows(first, "app", rows(first, "app") + 20);
        long app = rows(first, "app");
        long second = rows(first, "sub=2Fsecond.db");
        JsonObject made = checkpoint(first, "v2");
        first.close();

        Manager other = machine("b").start().awaitRunning();

        assertThat(rows(other, "app")).isGreaterThanOrEqualTo(app);
        assertThat(rows(other, "sub=2Fsecond.db")).isGreaterThanOrEqualTo(second);
        for (String name : List.of("app", "sub=2Fsecond.db")) {
            assertThat(first(other, name, "SELECT max(n) - count(*) FROM t")).isEqualTo("0");
            assertThat(first(other, name, "SELECT integrity_check FROM pragma_integrity_check"))
                    .isEqualTo("ok");
            JsonObject position = made.getJsonObject("databases").getJsonObject(name);
            assertThat(position.getString("as")).isEqualTo("replica");
            assertThat(position.getLong("txid")).isEqualTo(2);
        }
    }

    @Test
    void litestreamRestoresTheDatabaseOfACheckpointAsWeDo() throws Exception {
        Path litestream = Judges.require(Judges.litestream(), "litestream");
        Manager first = machine("a").running("python3", "-c", WRITER).start().awaitRunning();
        awaitRows(first, "app", 20);
        checkpoint(first, "v1");
        awaitRows(first, "app", rows(first, "app") + 20);
        checkpoint(first, "v2");
        first.close();
        Path theirs = dir.resolve("theirs.sqlite");

        ProcessBuilder restore = new ProcessBuilder(
                        litestream.toString(),
                        "restore",
                        "-o",
                        theirs.toString(),
                        "file://" + dir.resolve("store/default/db/app"))
                .redirectErrorStream(true);
        restore.environment().remove("AWS_CA_BUNDLE");
        Process process = restore.start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();

        Manager other = machine("b").start().awaitRunning();
        try (SqliteProcess sqlite = SqliteProcess.start()) {
            sqlite.connect(theirs);
            assertThat(sqlite.sql("SELECT count(*) || ' ' || max(n) FROM t"))
                    .isEqualTo(first(other, "app", "SELECT count(*) || ' ' || max(n) FROM t"));
        }
    }

    @Test
    void aRestoreGoesBackInPlaceAndTheMachineLostAfterwardsHasTheRestoredRows() throws IOException {
        Manager first = machine("a").start().awaitRunning();
        Path database = first.envDir().resolve("db/app.sqlite");
        try (SqliteProcess sqlite = SqliteProcess.open(database)) {
            sqlite.sql("CREATE TABLE t(n INTEGER PRIMARY KEY, x)");
            sqlite.sql("INSERT INTO t(x) VALUES ('old')");
            checkpoint(first, "v1");
            sqlite.sql("UPDATE t SET x = 'new'");
            checkpoint(first, "v2");

            Manager.Answer busy = first.post("/restore", "{\"checkpoint_id\":\"v1\"}");

            assertThat(busy.status()).as(busy.body()).isEqualTo(409);
            assertThat(busy.json().getString("code")).isEqualTo("database_busy");
            assertThat(busy.body()).as("names who has it open").contains(Long.toString(sqlite.pid()));
            assertThat(sqlite.sql("SELECT x FROM t")).isEqualTo("new");
        }

        Manager.Answer restored = first.post("/restore", "{\"checkpoint_id\":\"v1\"}");
        assertThat(restored.status()).as(restored.body() + first.printed()).isEqualTo(200);
        assertThat(first(first, "app", "SELECT x FROM t")).isEqualTo("old");
        assertThat(first.printed())
                .contains("A restore begins checkpoint=\"v1\"")
                .contains("A restore failed checkpoint=\"v1\"")
                .contains("A restore is done checkpoint=\"v1\" before=\"pre-restore-");
        first.kill();

        Manager other = machine("b").start().awaitRunning();
        assertThat(first(other, "app", "SELECT x FROM t")).isEqualTo("old");
        assertThat(other.post("/restore", "{\"checkpoint_id\":\"v2\"}").status())
                .isEqualTo(200);
        assertThat(first(other, "app", "SELECT x FROM t")).isEqualTo("new");
    }

    @Test
    void anUnchangedDatabaseKeepsItsPositionAndOneWithoutAWalGoesAsAFile() throws IOException {
        Manager first = machine("a").start().awaitRunning();
        try (SqliteProcess sqlite = SqliteProcess.start()) {
            sqlite.connect(first.envDir().resolve("plain.db"));
            sqlite.sql("CREATE TABLE t(x)");
            sqlite.sql("INSERT INTO t VALUES ('as a file')");
        }
        JsonObject v1 = checkpoint(first, "v1").getJsonObject("databases");
        JsonObject v2 = checkpoint(first, "v2").getJsonObject("databases");
        assertThat(v2.getJsonObject("app").getLong("txid"))
                .isEqualTo(v1.getJsonObject("app").getLong("txid"));
        assertThat(v2.getJsonObject("plain.db").getString("as")).isEqualTo("file");
        first.kill();

        Manager other = machine("b").start().awaitRunning();

        try (SqliteProcess sqlite = SqliteProcess.start()) {
            sqlite.connect(other.envDir().resolve("plain.db"));
            assertThat(sqlite.sql("SELECT x FROM t")).isEqualTo("as a file");
        }
    }

    private Manager machine(String name) {
        return manager(name).config(Settings.local(dir.resolve("store"), "6s"));
    }
}
