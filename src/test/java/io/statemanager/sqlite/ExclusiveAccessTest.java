package io.statemanager.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.support.SqliteProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExclusiveAccessTest {
    private final FileRegistry registry = FileRegistry.shared();

    @TempDir
    Path dir;

    @Test
    void processThatHasTheDatabaseOpenIsNamed() throws Exception {
        Path database = dir.resolve("a.db");
        try (SqliteProcess application = SqliteProcess.open(database)) {
            application.sql("CREATE TABLE t(x)");
            assertBusy(database, "(pid " + application.pid() + ")");
            application.disconnect();
            ExclusiveAccess.acquire(registry, database).close();
        }
    }

    @Test
    void processThatHasOnlyOpenedTheDatabaseIsFoundToo() throws Exception {
        Path database = dir.resolve("a.db");
        try (SqliteProcess application = SqliteProcess.open(database)) {
            application.sql("CREATE TABLE t(x)");
            application.disconnect();
            application.run("f = open('" + database + "', 'rb')");
            assertBusy(database, "(pid " + application.pid() + ")");
        }
    }

    @Test
    void ownConnectionIsBusyToo() throws Exception {
        Path database = dir.resolve("a.db");
        try (SqliteProcess application = SqliteProcess.open(database)) {
            application.sql("CREATE TABLE t(x)");
            try (WalConnection ours = WalConnection.open(registry, database)) {
                application.disconnect();
                assertBusy(database, "State Manager itself");
                assertThat(ours.isMarked()).isFalse();
            }
        }
    }

    @Test
    void nobodyCanOpenTheDatabaseMeanwhile() throws Exception {
        Path database = dir.resolve("a.db");
        try (SqliteProcess application = SqliteProcess.open(database)) {
            application.sql("CREATE TABLE t(x)");
            application.disconnect();
            try (ExclusiveAccess access = ExclusiveAccess.acquire(registry, database)) {
                registry.openForRead(database).close();
                application.run("db = sqlite3.connect('" + database + "', timeout=0)");
                assertThat(access).isNotNull();
                assertThatThrownBy(() -> application.sql("SELECT * FROM t")).hasMessageContaining("locked");
            }
            assertThat(application.sql("SELECT count(*) FROM t")).isEqualTo("0");
        }
    }

    @Test
    void databaseThatIsNotThereIsNobodys() throws Exception {
        ExclusiveAccess.acquire(registry, dir.resolve("missing.db")).close();
    }

    private void assertBusy(Path database, String holder) {
        assertThatThrownBy(() -> ExclusiveAccess.acquire(registry, database).close())
                .isInstanceOf(DatabaseBusyException.class)
                .hasMessageContaining(holder);
    }
}
