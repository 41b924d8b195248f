package io.statemanager.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.SqliteProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Index and log of a database that another process writes to meanwhile, without a lock and without SQLite. */
class WalLiveTest {
    private static final int COMMITS = 3000;

    @TempDir
    Path dir;

    @Test
    void whatTheIndexCallsCommittedIsInTheLogAtEveryInstant() throws Exception {
        Path database = dir.resolve("a.db");
        try (SqliteProcess application = SqliteProcess.open(database);
                SqliteProcess writer = SqliteProcess.start()) {
            application.sql("PRAGMA wal_autocheckpoint=0");
            application.sql("CREATE TABLE t(id INTEGER PRIMARY KEY, x)");
            writer.run(work());
            CompletableFuture<String> written = CompletableFuture.supplyAsync(() -> {
                try {
                    return writer.run("work('" + database + "')");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            try (FileSource wal = FileSource.open(dir.resolve("a.db-wal"));
                    FileSource shm = FileSource.open(dir.resolve("a.db-shm"))) {
                follow(written, wal, shm);
                assertThat(written.join()).isEqualTo("None");
                byte[] captured = merged(database, wal, shm);
                application.run("db.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchone()");
                assertThat(captured).isEqualTo(Files.readAllBytes(database));
            }
        }
    }

    /** Commits, and every other time rolls back before, what has spilled into the log by then. */
    private static String work() {
        return """
                def work(path):
                    db = sqlite3.connect(path, isolation_level=None)
                    db.execute('PRAGMA wal_autocheckpoint=0')
                    db.execute('PRAGMA synchronous=OFF')
                    db.execute('PRAGMA cache_size=5')
                    for i in range(%d):
                        if i %% 2:
                            db.execute('BEGIN IMMEDIATE')
                            db.execute('INSERT INTO t(x) VALUES (randomblob(60000))')
                            db.execute('ROLLBACK')
                        db.execute('INSERT INTO t(x) VALUES (randomblob(?))', (i * 37 %% 9000,))
                        if i %% 50 == 49: db.execute('DELETE FROM t WHERE id %% 3 = 0')""".formatted(COMMITS);
    }

    private static void follow(Future<?> writer, ByteSource wal, ByteSource shm) throws IOException {
        WalPosition position = WalPosition.startOf(WalHeader.read(wal).orElseThrow());
        int instants = 0;
        for (boolean last = false; !last; ) {
            last = writer.isDone();
            WalIndex index = WalIndex.read(shm).orElseThrow();
            assertThat(index.position().frame()).isGreaterThanOrEqualTo(position.frame());
            WalReader reader = ((WalResume.Continues) WalResume.at(wal, position)).reader();
            WalTail tail = WalTail.committed(reader, index, Integer.MAX_VALUE);
            assertThat(tail.end()).isEqualTo(tail.frames() == 0 ? position : index.position());
            instants += tail.frames() == 0 ? 0 : 1;
            position = tail.end();
        }
        assertThat(instants).isGreaterThan(5);
        assertThat(position).isEqualTo(WalIndex.read(shm).orElseThrow().position());
    }

    private static byte[] merged(Path database, ByteSource wal, ByteSource shm) throws IOException {
        WalHeader header = WalHeader.read(wal).orElseThrow();
        WalIndex index = WalIndex.read(shm).orElseThrow();
        WalTail all = WalTail.committed(new WalReader(wal, header), index, Integer.MAX_VALUE);
        int pageSize = header.pageSize();
        byte[] merged = Arrays.copyOf(Files.readAllBytes(database), all.commit() * pageSize);
        for (int i = 0; i < all.pages().size(); i++) {
            ByteBuffer page = ByteBuffer.wrap(merged, (all.pages().pgno(i) - 1) * pageSize, pageSize);
            assertThat(wal.fill(page, header.frameOffset(all.pages().frame(i)) + WalFrame.HEADER))
                    .isTrue();
        }
        return merged;
    }
}
