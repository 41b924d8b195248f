package io.statemanager.checkpoint;

import static io.statemanager.bus.Nothing.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.CheckpointCommands.Create;
import io.statemanager.bus.CheckpointCommands.Created;
import io.statemanager.bus.CheckpointCommands.Make;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabaseCommands.Captured;
import io.statemanager.bus.DatabaseCommands.Marked;
import io.statemanager.bus.DatabaseCommands.Positioned;
import io.statemanager.bus.DatabaseCommands.Replica;
import io.statemanager.bus.DatabaseCommands.Replicas;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.restic.Lock;
import io.statemanager.restic.Repository;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How a checkpoint drives the databases, whose own part is played here. */
class DatabaseCheckpointTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path root;

    OpenCheckpoints checkpoints;
    Map<String, String> positionedAsFiles = Map.of();
    Future<Captured> captured = Future.succeededFuture(
            new Captured(Map.of("app", DatabasePosition.replica("db/app.sqlite", 7, 4096, 3)), 1000));

    Runnable duringTheUpload = () -> {};

    @BeforeEach
    void open() throws Exception {
        Path db = Files.createDirectories(root.resolve("env/db"));
        for (String name : List.of("app.sqlite", "app.sqlite-wal", "app.sqlite-shm", "app.sqlite-journal")) {
            Files.writeString(db.resolve(name), name);
        }
        for (String name : List.of("old.db", "old.db-wal", "old.db-shm")) {
            Files.writeString(root.resolve("env").resolve(name), name);
        }
        checkpoints = OpenCheckpoints.local(fixture.vertx(), root);
        checkpoints.databases = true;
        step(
                DatabaseCommands.MARK,
                "mark",
                () -> Future.succeededFuture(new Marked(Map.of("app", "db/app.sqlite"), Map.of("old.db", "old.db"))));
        step(DatabaseCommands.POSITION, "position", () -> Future.succeededFuture(new Positioned(positionedAsFiles)));
        checkpoints.handle(
                DatabaseCommands.LIST,
                request -> Future.succeededFuture(new DatabaseCommands.Databases(List.of(
                        new DatabaseCommands.DatabaseView(
                                "app", "db/app.sqlite", "replicated", 6L, 4096, 3L, 12288L, 0L, null, null),
                        new DatabaseCommands.DatabaseView(
                                "old.db", "old.db", "file", null, null, null, null, null, "not in WAL mode", null)))));
        step(DatabaseCommands.CAPTURE, "capture", () -> {
            duringTheUpload.run();
            return captured;
        });
        step(DatabaseCommands.RELEASE, "release", () -> Future.succeededFuture(NOTHING));
        step(
                DatabaseCommands.REPLICAS,
                "replicas",
                () -> Future.succeededFuture(new Replicas(Map.of(
                        "app", new Replica("app", "db/app.sqlite", 7, 7, null),
                        "gone", new Replica("gone", "gone.db", 3, 3, 3L)))));
        checkpoints.open();
    }

    private <Q, R> void step(
            io.statemanager.bus.Command<Q, R> command, String name, java.util.function.Supplier<Future<R>> answer) {
        checkpoints.handle(command, request -> {
            checkpoints.steps.add(name);
            return answer.get();
        });
    }

    @Test
    void theInstantIsFixedInTheFreezeAndUploadedAfterTheThaw() throws Exception {
        Created created = checkpoints.create("c");

        assertThat(checkpoints.steps).containsExactly("mark", "freeze", "position", "thaw", "capture", "release");
        assertThat(created.databases().get("app").txid()).isEqualTo(7);
        assertThat(created.databases().get("old.db").as()).isEqualTo("file");
        assertThat(created.bytesUploaded()).isGreaterThan(1000);
        assertThat(created.files().changed())
                .as("files read: the database that goes in as a file, its log, and its index in the hot pass")
                .isEqualTo(3);
        String files = checkpoints.restic().run("ls", "latest");
        assertThat(files).contains("/old.db", "/old.db-wal", "/db").doesNotContain("old.db-shm", "app.sqlite");
        assertThat(checkpoints.restic().run("snapshots")).contains("db:app@7").doesNotContain("db:old");
    }

    @Test
    void aDatabaseThatCouldNotBeFixedGoesInAsAFile() throws Exception {
        positionedAsFiles = Map.of("app", "db/app.sqlite");
        captured = Future.succeededFuture(new Captured(Map.of(), 0));

        Created created = checkpoints.create("c");

        assertThat(created.databases().get("app").as()).isEqualTo("file");
        assertThat(checkpoints.restic().run("ls", "latest"))
                .contains("/db/app.sqlite\n", "/db/app.sqlite-wal", "/db/app.sqlite-journal")
                .doesNotContain("app.sqlite-shm");
    }

    @Test
    void aCaptureThatFailsLeavesNoCheckpointAndLetsTheDatabasesGo() throws Exception {
        captured = Future.failedFuture(CommandException.of(FailureCode.STORE_FAILED, "the store failed"));

        CommandException failure = checkpoints.failure(CheckpointCommands.CREATE, new Create("c", null, null));

        assertThat(failure.code()).isEqualTo(FailureCode.STORE_FAILED);
        assertThat(checkpoints.steps).endsWith("release").contains("thaw");
        assertThat(checkpoints.list()).isEmpty();
        assertThat(checkpoints.objects("default/checkpoints/")).isEmpty();
        assertThat(checkpoints.objects("files/snapshots/")).isEmpty();
        captured = Future.succeededFuture(new Captured(Map.of(), 0));
        assertThat(checkpoints.create("c").checkpointId()).isEqualTo("c");
    }

    @Test
    void whereNoDatabaseIsAttachedAllGoInAsFilesAndAreNamed() throws Exception {
        Created created = checkpoints.ask(CheckpointCommands.MAKE, new Make("stale-", "old", false, true, false, true));

        assertThat(checkpoints.steps).containsExactly("replicas");
        assertThat(created.databases()).containsOnlyKeys("app");
        assertThat(created.databases().get("app").as()).isEqualTo("file");
        assertThat(checkpoints.restic().run("ls", "latest")).contains("/db/app.sqlite\n", "/old.db\n");
    }

    @Test
    void verificationAsksTheReplicaForThePosition() throws Exception {
        checkpoints.create("c");
        CommandException failure =
                checkpoints.failure(CheckpointCommands.VERIFY, new CheckpointCommands.Verify("c", false));

        assertThat(failure.code()).isEqualTo(FailureCode.REPLICA_DAMAGED);
        assertThat(failure.detail()).contains("'app'", "position 7");

        Path level = Files.createDirectories(root.resolve("objects/default/db/app/ltx/0"));
        for (int txid = 1; txid <= 7; txid++) {
            Files.writeString(level.resolve(String.format("%016x-%016x.ltx", txid, txid)), "x");
        }
        assertThat(checkpoints
                        .ask(CheckpointCommands.VERIFY, new CheckpointCommands.Verify("c", false))
                        .databases())
                .isEqualTo(1);
    }

    @Test
    void aDatabaseThatDoesNotFitIntoMemoryIsRefusedBeforeARestore() {
        captured = Future.succeededFuture(
                new Captured(Map.of("app", DatabasePosition.replica("db/app.sqlite", 7, 4096, 1L << 31)), 1000));
        checkpoints.create("c");

        CommandException refused = checkpoints.failure(CheckpointCommands.CHECK, new CheckpointCommands.ById("c"));

        assertThat(refused.code()).isEqualTo(FailureCode.MEMORY_TOO_SMALL);
        assertThat(refused.detail()).contains("'app'").contains("65536 MiB");
    }

    /** Our lock was taken for stale while this machine slept, and somebody prunes. */
    @Test
    void aForeignExclusiveLockThatComesDuringTheUploadEndsTheCheckpoint() {
        duringTheUpload = () -> {
            deleteAll("files/locks");
            lockExclusively();
        };

        CommandException refused = checkpoints.failure(CheckpointCommands.CREATE, new Create("c", null, null));

        assertThat(refused.code()).isEqualTo(FailureCode.REPOSITORY_LOCKED);
        assertThat(refused.detail()).contains("elsewhere");
        assertThat(checkpoints.list()).isEmpty();
        assertThat(checkpoints.objects("default/checkpoints/")).isEmpty();
        assertThat(checkpoints.objects("files/snapshots/")).isEmpty();
    }

    @Test
    void anExclusiveLockBesideOursEndsTheCheckpointToo() {
        duringTheUpload = this::lockExclusively;

        assertThat(checkpoints
                        .failure(CheckpointCommands.CREATE, new Create("c", null, null))
                        .code())
                .isEqualTo(FailureCode.REPOSITORY_LOCKED);
        assertThat(checkpoints.list()).isEmpty();
    }

    @Test
    void whereOurLockWentDuringTheUploadEverythingIsProvenAgainBeforeTheCommit() throws Exception {
        checkpoints.create("base");
        Files.writeString(root.resolve("env/new"), "new");
        duringTheUpload = () -> deleteAll("files/locks");

        checkpoints.create("c");

        assertThat(checkpoints.objects("files/locks/")).hasSize(1);

        Files.writeString(root.resolve("env/newer"), "newer");
        duringTheUpload = () -> {
            deleteAll("files/locks");
            deleteAll("files/data");
        };
        CommandException failed = checkpoints.failure(CheckpointCommands.CREATE, new Create("d", null, null));

        assertThat(failed.code()).isEqualTo(FailureCode.REPOSITORY_DAMAGED);
        assertThat(checkpoints.list()).extracting(Checkpoint::id).containsExactly("base", "c");
    }

    private void lockExclusively() {
        try (Repository foreign =
                Repository.open(new DirectoryBackend(root.resolve("objects/files")), OpenCheckpoints.PASSWORD)) {
            foreign.locks()
                    .create(new Lock(OffsetDateTime.now(ZoneOffset.UTC), true, "elsewhere", "somebody", 4711, 0, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteAll(String below) {
        try (Stream<Path> files = Files.walk(root.resolve("objects").resolve(below))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
