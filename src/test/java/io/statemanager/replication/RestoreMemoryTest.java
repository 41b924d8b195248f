package io.statemanager.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.ltx.LtxFile;
import io.statemanager.support.SqliteProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replica claims is not believed blindly, and what does not fit is told instead of tried. */
class RestoreMemoryTest {
    /** Where an LTX header has the database's size in pages. */
    private static final int COMMIT_AT = 12;

    @TempDir
    Path dir;

    private DirectoryReplicas store;
    private DatabasePosition position;

    @BeforeEach
    void replicate() throws Exception {
        store = new DirectoryReplicas(dir.resolve("store"));
        try (Machine machine = new Machine(dir.resolve("machine"), store)) {
            machine.take(1);
            try (SqliteProcess application = SqliteProcess.open(machine.database("a.db"))) {
                application.sql("CREATE TABLE t(x)");
                machine.checkpoint();
                application.sql("INSERT INTO t VALUES (1)");
                position = machine.checkpoint().databases().get("a.db");
            }
        }
    }

    private void claim(int pages) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path(last()).toFile(), "rw")) {
            file.seek(COMMIT_AT);
            file.writeInt(pages);
        }
    }

    private LtxFile last() {
        return store.list("a.db").stream()
                .filter(file -> file.maxTxid() == position.txid())
                .findFirst()
                .orElseThrow();
    }

    private Path path(LtxFile file) {
        return store.replica("a.db").resolve(file.directoryKey());
    }

    private CommandException refused() throws IOException {
        CommandException[] refused = new CommandException[1];
        try (Machine other = new Machine(dir.resolve("other"), store)) {
            Path file = other.database("a.db");
            Files.writeString(file, "");
            assertThatThrownBy(() -> other.take(2).settle(Map.of("a.db", position)))
                    .isInstanceOfSatisfying(CommandException.class, e -> refused[0] = e);
            assertThat(file).isEmptyFile();
            assertThat(file.getParent()).isDirectoryNotContaining(any -> !any.equals(file));
        }
        return refused[0];
    }

    @Test
    void aClaimOfMorePagesThanTheFilesCanHoldIsDamage() throws Exception {
        claim(Integer.MAX_VALUE);

        CommandException refused = refused();

        assertThat(refused.code()).isEqualTo(FailureCode.REPLICA_DAMAGED);
        assertThat(refused.detail()).contains("2147483647 pages");
    }

    @Test
    void aDatabaseThatDoesNotFitIntoMemoryIsToldSo() throws Exception {
        claim(1_500_000_000);
        try (RandomAccessFile file = new RandomAccessFile(path(last()).toFile(), "rw")) {
            file.setLength(100L << 30);
        }

        CommandException refused = refused();

        assertThat(refused.code()).isEqualTo(FailureCode.MEMORY_TOO_SMALL);
        assertThat(refused.detail()).contains("'a.db'").contains("45776 MiB");
        assertThat(refused.hint()).contains("-Xmx");
    }

    @Test
    void anIndexThatIsLargerThanItsPagesNeedIsDamage() throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(path(last()).toFile(), "rw")) {
            file.setLength(1L << 31);
            file.seek((1L << 31) - 24);
            file.writeLong(2_000_000_000);
        }

        CommandException refused = refused();

        assertThat(refused.code()).isEqualTo(FailureCode.REPLICA_DAMAGED);
        assertThat(refused.detail()).contains("page index");
    }
}
