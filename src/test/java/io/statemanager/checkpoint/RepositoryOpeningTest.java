package io.statemanager.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.checkpoint.repository.OpenRepository;
import io.statemanager.restic.BlobWriter;
import io.statemanager.restic.Lock;
import io.statemanager.restic.Repository;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.local.LocalObjectStore;
import io.statemanager.support.VertxFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RepositoryOpeningTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path root;

    OpenCheckpoints checkpoints;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(Files.createDirectories(root.resolve("env")).resolve("f"), "content");
        checkpoints = OpenCheckpoints.local(fixture.vertx(), root);
    }

    @Test
    void twoThatInitialiseAtOnceEndWithOneRepositoryThatBothOpen() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        for (int round = 0; round < 10; round++) {
            Path objects = root.resolve("shared" + round);
            CountDownLatch start = new CountDownLatch(1);
            List<Future<String>> opened = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String name = "env" + i;
                ObjectStore store = OpenCheckpoints.gated(
                        fixture.vertx(), VertxFixture.await(LocalObjectStore.open(fixture.vertx(), objects)));
                opened.add(threads.submit(() -> {
                    start.await();
                    try (OpenRepository repository =
                            OpenRepository.open(store, name, OpenCheckpoints.PASSWORD, root.resolve(name), threads)) {
                        return repository.repository().config().id();
                    }
                }));
            }
            start.countDown();

            List<String> ids = new ArrayList<>();
            for (Future<String> one : opened) {
                ids.add(one.get());
            }
            assertThat(ids.stream().distinct()).hasSize(1);
            try (Stream<Path> keys = Files.list(objects.resolve("files/keys"))) {
                assertThat(keys).hasSize(1);
            }
        }
        threads.shutdownNow();
    }

    @Test
    void aCrashBetweenTheDecisionAndTheRepositoryIsFinishedByTheNext() throws Exception {
        checkpoints.open();
        checkpoints.close();
        Files.delete(root.resolve("objects/files/config"));

        checkpoints.open(2);
        checkpoints.create("c");

        checkpoints.restic().check();
    }

    @Test
    void aRepositoryThatResticMadeIsTakenOverAsItIs() throws Exception {
        Path files = root.resolve("objects/files");
        Restic restic = new Restic(files, OpenCheckpoints.PASSWORD);
        Files.createDirectories(files.getParent());
        restic.run("init");
        restic.run("backup", "--tag", "state-manager", root.resolve("env").toString());

        checkpoints.open();
        checkpoints.create("ours");

        assertThat(checkpoints.restic().run("snapshots")).contains("checkpoint:ours");
        assertThat(checkpoints.restic().run("snapshots", "--json").split("\"short_id\"", -1))
                .as("restic's own snapshot is still there, whatever its tags")
                .hasSize(3);
        checkpoints.restic().check();
        checkpoints.open(2);
        assertThat(checkpoints.objects("files/snapshots/")).hasSize(2);
    }

    @Test
    void aPasswordThatDoesNotOpenItIsRefusedAndNothingIsChanged() {
        checkpoints.open();
        checkpoints.create("c");
        checkpoints.close();
        List<String> before = checkpoints.objects("");

        CommandException failure =
                checkpoints.failure(CheckpointCommands.OPEN, checkpoints.terms("default", 2, "another password"));

        assertThat(failure.code()).isEqualTo(FailureCode.WRONG_PASSWORD);
        assertThat(failure.code().status()).isEqualTo(422);
        assertThat(failure.detail()).doesNotContain("another password");
        assertThat(checkpoints.objects("")).isEqualTo(before);
    }

    @Test
    void anotherRepositoryInThePlaceOfOursIsRefused() throws Exception {
        checkpoints.open();
        checkpoints.close();
        Path files = root.resolve("objects/files");
        Files.move(files, root.resolve("moved"));
        new Restic(files, OpenCheckpoints.PASSWORD).run("init");

        CommandException failure =
                checkpoints.failure(CheckpointCommands.OPEN, checkpoints.terms("default", 2, OpenCheckpoints.PASSWORD));

        assertThat(failure.code()).isEqualTo(FailureCode.REPOSITORY_DAMAGED);
        assertThat(failure.detail()).contains("another repository");
    }

    @Test
    void aForeignExclusiveLockIsRespectedAndNamed() throws Exception {
        checkpoints.open();
        checkpoints.close();
        try (Repository foreign =
                Repository.open(new DirectoryBackend(root.resolve("objects/files")), OpenCheckpoints.PASSWORD)) {
            foreign.locks()
                    .create(new Lock(OffsetDateTime.now(ZoneOffset.UTC), true, "elsewhere", "somebody", 4711, 0, 0));
        }

        CommandException failure =
                checkpoints.failure(CheckpointCommands.OPEN, checkpoints.terms("default", 2, OpenCheckpoints.PASSWORD));

        assertThat(failure.code()).isEqualTo(FailureCode.REPOSITORY_LOCKED);
        assertThat(failure.detail()).contains("elsewhere", "4711");
        assertThat(checkpoints.objects("files/locks/")).hasSize(1);
    }

    @Test
    void whileItIsOpenAForeignPruneRefusesToRun() throws Exception {
        checkpoints.open();

        assertThat(checkpoints.objects("files/locks/")).hasSize(1);
        assertThat(checkpoints.restic().failing("prune")).contains("already locked", "sm-default");

        checkpoints.close();
        assertThat(checkpoints.objects("files/locks/")).isEmpty();
    }

    /** A machine that slept for long finds its lock removed as stale; a newer one does not make it good that nothing kept a prune away. */
    @Test
    void aLockThatWasGoneIsNotMadeGoodByTheNextRefresh() throws Exception {
        ObjectStore store = OpenCheckpoints.gated(
                fixture.vertx(), VertxFixture.await(LocalObjectStore.open(fixture.vertx(), root.resolve("objects"))));
        ExecutorService threads = Executors.newCachedThreadPool();
        try (OpenRepository repository =
                OpenRepository.open(store, "default", OpenCheckpoints.PASSWORD, root.resolve("cache"), threads)) {
            repository.refreshLock();
            assertThat(repository.isLockValid()).isTrue();
            deleteAll(root.resolve("objects/files/locks"));

            repository.refreshLock();

            assertThat(checkpoints.objects("files/locks/")).hasSize(1);
            assertThat(repository.isLockValid()).isFalse();
            try (BlobWriter writer = repository.newWriter()) {
                repository.proveBase(writer, writer.flush());
            }
            assertThat(repository.isLockValid()).isTrue();
            assertThat(checkpoints.objects("files/locks/")).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aSnapshotThatACrashLeftOutIsPutBack() throws Exception {
        checkpoints.open();
        checkpoints.create("c");
        checkpoints.close();
        try (Stream<Path> snapshots = Files.list(root.resolve("objects/files/snapshots"))) {
            for (Path snapshot : snapshots.toList()) {
                Files.delete(snapshot);
            }
        }

        List<Checkpoint> open = checkpoints.open(2).checkpoints();

        assertThat(open).extracting(Checkpoint::id).containsExactly("c");
        assertThat(checkpoints.objects("files/snapshots/"))
                .containsExactly("files/snapshots/" + open.get(0).snapshot());
        checkpoints.restic().check();
    }

    @Test
    void aSnapshotWhoseFilesAreGoneIsNotPutBack() throws Exception {
        checkpoints.open();
        checkpoints.create("c");
        checkpoints.close();
        deleteAll(root.resolve("objects/files/snapshots"));
        deleteAll(root.resolve("objects/files/data"));

        checkpoints.open(2);

        assertThat(checkpoints.objects("files/snapshots/")).isEmpty();
        assertThat(checkpoints.list()).hasSize(1);
    }

    private static void deleteAll(Path below) throws Exception {
        try (Stream<Path> files = Files.walk(below)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void aSnapshotOfOursWithoutACommitIsRemovedAndNoOther() throws Exception {
        checkpoints.open();
        checkpoints.create("kept");
        checkpoints.create("orphan");
        checkpoints.close();
        Restic restic = checkpoints.restic();
        restic.run("backup", root.resolve("env").toString());
        restic.run("backup", "--host", "default", root.resolve("env").toString());
        restic.run(
                "backup",
                "--tag",
                "state-manager",
                "--host",
                "another",
                root.resolve("env").toString());
        Files.delete(root.resolve("objects/default/checkpoints/orphan.json"));

        checkpoints.open(2);

        assertThat(restic.run("snapshots")).contains("checkpoint:kept").doesNotContain("checkpoint:orphan");
        assertThat(checkpoints.objects("files/snapshots/")).hasSize(4);
        restic.check();
    }

    @Test
    void aCommitOfAnotherFormatIsNamedAndNothingGuessed() throws Exception {
        checkpoints.open();
        checkpoints.create("c");
        checkpoints.close();
        Path commit = root.resolve("objects/default/checkpoints/c.json");
        Files.writeString(commit, Files.readString(commit).replaceFirst("\"format\" : 1", "\"format\" : 2"));

        CommandException failure =
                checkpoints.failure(CheckpointCommands.OPEN, checkpoints.terms("default", 2, OpenCheckpoints.PASSWORD));

        assertThat(failure.code()).isEqualTo(FailureCode.REPOSITORY_DAMAGED);
        assertThat(failure.detail()).contains("default/checkpoints/c.json", "format 2");
    }

    @Test
    void theSecondOpeningReadsNoIndexFromTheStore() throws Exception {
        checkpoints.open();
        checkpoints.create("c");
        checkpoints.close();
        Path index;
        try (Stream<Path> indexes = Files.list(root.resolve("objects/files/index"))) {
            index = indexes.findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(index);
        // What the store holds now would be refused; the cache has it whole.
        Files.write(index, new byte[] {1, 2, 3});

        checkpoints.open(2);
        Files.write(index, bytes);

        checkpoints.create("d");
        checkpoints.restic().check();
    }
}
