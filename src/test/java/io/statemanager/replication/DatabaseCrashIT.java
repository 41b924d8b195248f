package io.statemanager.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.JavaProgram;
import io.statemanager.support.SqliteProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine that is killed at any step of a capture or a restore goes on at the next start, and nothing is missing. */
class DatabaseCrashIT {
    private static final int KILLED = 137;

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"database.claimed", "database.prepared", "database.uploaded"})
    void captureThatWasKilledIsFinishedByTheNextStart(String step) throws Exception {
        Files.createDirectories(dir.resolve("a/env"));
        try (SqliteProcess application = SqliteProcess.open(dir.resolve("a/env/a.db"))) {
            application.sql("CREATE TABLE t(x)");
            application.run(
                    "[db.execute('INSERT INTO t VALUES (?)', (os.urandom(900),)) for i in range(200)] and None");
            assertThat(run("a", "checkpoint", "")).isZero();
            application.sql("INSERT INTO t VALUES ('second')");
            assertThat(run("a", "checkpoint", step)).isEqualTo(KILLED);
            application.sql("INSERT INTO t VALUES ('third')");
            assertThat(run("a", "checkpoint", "")).isZero();
            assertThat(application.sql("SELECT count(*) FROM t")).isEqualTo("202");
        }
        assertThat(run("b", "restore", "")).isZero();
        holdsRows("b", 202);
    }

    @Test
    void firstFileThatWasKilledBeforeItsSnapshotIsCompletedByTheNextStart() throws Exception {
        Files.createDirectories(dir.resolve("a/env"));
        try (SqliteProcess application = SqliteProcess.open(dir.resolve("a/env/a.db"))) {
            application.sql("CREATE TABLE t(x)");
            application.sql("INSERT INTO t VALUES (1)");
            assertThat(run("a", "checkpoint", "database.uploaded")).isEqualTo(KILLED);
            assertThat(dir.resolve("store/default/db/a.db/ltx/9")).doesNotExist();
            assertThat(run("a", "checkpoint", "")).isZero();
            assertThat(dir.resolve("store/default/db/a.db/ltx/9")).isNotEmptyDirectory();
        }
        assertThat(run("b", "restore", "")).isZero();
        holdsRows("b", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"database.restore.made", "database.restore.removed", "database.restore.renamed"})
    void restoreThatWasKilledIsRepeated(String step) throws Exception {
        Files.createDirectories(dir.resolve("a/env"));
        try (SqliteProcess application = SqliteProcess.open(dir.resolve("a/env/a.db"))) {
            application.sql("CREATE TABLE t(x)");
            application.run(
                    "[db.execute('INSERT INTO t VALUES (?)', (os.urandom(900),)) for i in range(200)] and None");
            assertThat(run("a", "checkpoint", "")).isZero();
        }
        Files.createDirectories(dir.resolve("b/env"));
        try (SqliteProcess stale = SqliteProcess.open(dir.resolve("b/env/a.db"))) {
            stale.sql("CREATE TABLE another(x)");
            stale.kill(); // its log stays behind
        }
        assertThat(run("b", "restore", step)).isEqualTo(KILLED);
        assertThat(run("b", "restore", "")).isZero();
        holdsRows("b", 200);
        assertThat(dir.resolve("b/env").toFile().list()).containsExactly("a.db");
    }

    private void holdsRows(String machine, int rows) throws IOException {
        try (SqliteProcess reader = SqliteProcess.open(dir.resolve(machine + "/env/a.db"))) {
            assertThat(reader.sql("PRAGMA integrity_check")).isEqualTo("ok");
            assertThat(reader.sql("SELECT count(*) FROM t")).isEqualTo(Integer.toString(rows));
        }
    }

    private int run(String machine, String what, String failpoint) throws IOException, InterruptedException {
        ProcessBuilder program =
                JavaProgram.of(List.of(), CrashingMachine.class, dir.resolve("store"), dir.resolve(machine), what);
        program.environment().put("STATE_MANAGER_FAILPOINTS", failpoint);
        Process process = program.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        if (exit != 0 && exit != KILLED) {
            throw new AssertionError(said);
        }
        return exit;
    }
}
