package io.statemanager.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.support.SqliteProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The descriptor rule against a real second process. Each protection stands beside the same steps without it, which must do the damage:
 * otherwise the test would prove nothing.
 */
class FileRegistryTest {
    private final FileRegistry registry = FileRegistry.shared();

    @TempDir
    Path dir;

    private Path database;
    private SqliteProcess application;

    @BeforeEach
    void start() throws IOException {
        database = dir.resolve("a.db");
        application = SqliteProcess.open(database);
        application.sql("CREATE TABLE t(x)");
        application.sql("INSERT INTO t VALUES (1)");
    }

    @AfterEach
    void stop() throws IOException {
        application.close();
    }

    @Test
    void applicationsLastCloseLeavesTheLogAfterAScanByTheRule() throws Exception {
        try (WalConnection ours = WalConnection.open(registry, database)) {
            scan();
            application.disconnect();
            assertThat(ours.hold().log()).isNotEmptyFile();
        }
    }

    @Test
    void applicationsLastCloseDeletesTheLogAfterAScanWithoutTheRule() throws Exception {
        try (WalConnection ours = WalConnection.open(registry, database)) {
            Files.readAllBytes(database);
            application.disconnect();
            assertThat(ours.hold().log()).doesNotExist();
        }
    }

    @Test
    void readMarkOutlivesAScanByTheRule() throws Exception {
        try (WalConnection ours = WalConnection.open(registry, database)) {
            ours.mark();
            application.sql("INSERT INTO t VALUES (2)");
            scan();
            assertThat(application.run("db.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchone()"))
                    .startsWith("(1, ");
            assertThat(ours.hold().log()).isNotEmptyFile();
        }
    }

    @Test
    void readMarkIsLostByAScanOfTheIndexWithoutTheRule() throws Exception {
        try (WalConnection ours = WalConnection.open(registry, database)) {
            ours.mark();
            application.sql("INSERT INTO t VALUES (2)");
            Files.readAllBytes(dir.resolve("a.db-shm"));
            assertThat(application.run("db.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchone()"))
                    .isEqualTo("(0, 0, 0)");
            assertThat(ours.hold().log()).isEmptyFile();
        }
    }

    @Test
    void readerThatCameBeforeTheConnectionMayCloseAfterIt() throws Exception {
        OpenFile early = registry.openForRead(database);
        OpenFile earlyIndex = registry.openForRead(dir.resolve("a.db-shm"));
        try (WalConnection ours = WalConnection.open(registry, database)) {
            early.close();
            earlyIndex.close();
            application.disconnect();
            assertThat(ours.hold().log()).isNotEmptyFile();
        }
    }

    @Test
    void hardLinkIsTheSameFile() throws Exception {
        Path link = Files.createLink(dir.resolve("other name"), database);
        try (WalConnection ours = WalConnection.open(registry, database)) {
            assertThat(registry.isHeld(FileId.of(link))).isTrue();
            registry.openForRead(link).close();
            application.disconnect();
            assertThat(ours.hold().log()).isNotEmptyFile();
        }
    }

    @Test
    void indexThatIsJustBeingMadeIsNotOpened() throws Exception {
        application.disconnect();
        try (Hold hold = registry.hold(database)) {
            Path index = Files.createFile(dir.resolve("a.db-shm"));
            assertThatThrownBy(() -> registry.openForRead(index)).isInstanceOf(FileHeldException.class);
            assertThat(hold.isInPlace()).isTrue();
        }
        registry.openForRead(dir.resolve("a.db-shm")).close();
    }

    @Test
    void descriptorsAreGivenBackWithTheLastOwner() throws Exception {
        long before = openDescriptors();
        OpenFile early = registry.openForRead(database);
        WalConnection first = WalConnection.open(registry, database);
        Hold second = registry.hold(database);
        early.close();
        first.close();
        assertThat(registry.isHeld(FileId.of(database))).isTrue();
        second.close();
        assertThat(registry.isHeld(FileId.of(database))).isFalse();
        assertThat(openDescriptors()).isEqualTo(before);
    }

    @Test
    void readersReadTheWholeFileThroughTheHeldDescriptor() throws Exception {
        byte[] expected = Files.readAllBytes(database);
        try (WalConnection ours = WalConnection.open(registry, database);
                OpenFile file = registry.openForRead(database)) {
            assertThat(ours.pageSize()).isEqualTo(4096);
            ByteBuffer read = ByteBuffer.allocate((int) file.size());
            assertThat(file.fill(read, 0)).isTrue();
            assertThat(read.array()).isEqualTo(expected);
        }
    }

    /** What a checkpoint's scan does: every file is opened, read and closed. */
    private void scan() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(dir)) {
            files = found.toList();
        }
        for (Path file : files) {
            try (OpenFile open = registry.openForRead(file)) {
                open.fill(ByteBuffer.allocate(1 << 16), 0);
            }
        }
    }

    /** Descriptors of this process that lead into the test's directory. */
    private long openDescriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> {
                        try {
                            return Files.readSymbolicLink(descriptor).startsWith(dir);
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }
}
