package io.statemanager.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.sqlite.FileRegistry;
import io.statemanager.support.SqliteProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDatabaseTest {
    @TempDir
    Path dir;

    /** 5 to 7 and 9 to 11 flip the same bit of two pages: a linear checksum of all pages would stay as it was. */
    @Test
    void transactionThatChangesTwoPagesAlikeMakesAnotherDatabase() throws Exception {
        Path database = dir.resolve("a.db");
        byte[] before;
        LocalDatabase local = new LocalDatabase(FileRegistry.shared(), database);
        try (SqliteProcess application = SqliteProcess.open(database)) {
            application.sql("CREATE TABLE a(id INTEGER PRIMARY KEY, n)");
            application.sql("CREATE TABLE b(id INTEGER PRIMARY KEY, n)");
            application.sql("INSERT INTO a VALUES (1, 5)");
            application.sql("INSERT INTO b VALUES (1, 9)");
        }
        before = Files.readAllBytes(database);
        LocalDatabase.Fingerprint then = local.fingerprint().orElseThrow();
        try (SqliteProcess application = SqliteProcess.open(database)) {
            application.run("db.executescript('BEGIN; UPDATE a SET n = 7; UPDATE b SET n = 11; COMMIT')");
        }
        byte[] after = Files.readAllBytes(database);
        assertThat(after).hasSameSizeAs(before).isNotEqualTo(before);
        assertThat(local.fingerprint().orElseThrow()).isNotEqualTo(then);
    }
}
