package io.statemanager.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.ltx.Pages;
import io.statemanager.support.SqliteProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database of more than 1 GiB, where SQLite keeps its locks in a page that belongs to nobody. Needs 4 GB of disk for a while. */
class LockPageIT {
    private static final int PAGE = 65536;

    @TempDir
    Path dir;

    @Test
    void databaseThatReachesPastTheLockPageIsRestoredByteForByte() throws Exception {
        DirectoryReplicas store = new DirectoryReplicas(dir.resolve("store"));
        Path restored = dir.resolve("restored");
        try (Machine machine = new Machine(dir.resolve("machine"), store)) {
            Path database = machine.database("a.db");
            machine.take(1);
            try (SqliteProcess application = SqliteProcess.start()) {
                application.connect(database);
                application.sql("PRAGMA page_size=" + PAGE);
                application.sql("PRAGMA journal_mode=WAL");
                application.sql("PRAGMA synchronous=OFF");
                application.sql("CREATE TABLE t(x)");
                application.sql("INSERT INTO t VALUES (zeroblob(600000000))");
                machine.checkpoint();
                application.sql("INSERT INTO t VALUES (zeroblob(600000000))");
                application.sql("INSERT INTO t VALUES ('the end')");
                long txid = machine.checkpoint().databases().get("a.db").txid();
                assertThat(txid).isEqualTo(2);
                application.run("db.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchone()");
                assertThat(Files.size(database)).isGreaterThan((long) Pages.lockPage(PAGE) * PAGE);

                ExecutorService pool = Executors.newFixedThreadPool(IndexedRestore.PARALLEL);
                new DatabaseRestore(store, () -> {}, pool).run("a.db", txid, restored, dir.resolve("pages"));
                pool.shutdown();
            }
            machine.replication.detach();
            assertThat(Files.mismatch(restored, database)).isEqualTo(-1);
        }
    }
}
