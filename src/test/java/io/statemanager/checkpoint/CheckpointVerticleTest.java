package io.statemanager.checkpoint;

import static io.statemanager.bus.Nothing.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.ApplyFiles;
import io.statemanager.bus.CheckpointCommands.ById;
import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.CheckpointCommands.Create;
import io.statemanager.bus.CheckpointCommands.Created;
import io.statemanager.bus.CheckpointCommands.FileChanges;
import io.statemanager.bus.CheckpointCommands.Make;
import io.statemanager.bus.CheckpointCommands.Verify;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class CheckpointVerticleTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path root;

    OpenCheckpoints checkpoints;
    Path tree;

    @BeforeEach
    void open() throws Exception {
        tree = Files.createDirectories(root.resolve("env"));
        Files.writeString(Files.createDirectory(tree.resolve("sub")).resolve("f"), "one");
        Files.writeString(tree.resolve("g"), "two");
        checkpoints = OpenCheckpoints.local(fixture.vertx(), root);
        checkpoints.open();
    }

    @Test
    void aCheckpointIsDurableListedAndOneThatResticRestores() throws Exception {
        Created created = checkpoints.create("first");

        assertThat(created.status()).isEqualTo("success");
        assertThat(created.durable()).isEqualTo("local");
        assertThat(created.pauseMs()).isEqualTo(3);
        assertThat(created.files().files()).isEqualTo(2);
        assertThat(created.files().directories()).isEqualTo(1);
        assertThat(created.bytesUploaded()).isPositive();
        assertThat(checkpoints.steps).containsExactly("freeze", "thaw");
        assertThat(checkpoints.committed).containsExactly("first");
        assertThat(checkpoints.list()).singleElement().satisfies(checkpoint -> {
            assertThat(checkpoint.id()).isEqualTo("first");
            assertThat(checkpoint.comment()).isEqualTo("a comment");
            assertThat(checkpoint.line()).isTrue();
            assertThat(checkpoint.kind()).isEqualTo("checkpoint");
            assertThat(checkpoint.seq()).isEqualTo(1);
        });
        Restic restic = checkpoints.restic();
        restic.check();
        assertThat(restic.run("snapshots", "--json"))
                .contains("\"hostname\":\"default\"", "\"state-manager\"", "\"checkpoint:first\"", tree.toString());
        Path target = root.resolve("by-restic");
        restic.run("restore", "latest", "--target", target.toString());
        assertThat(Manifest.differences(Manifest.of(tree), Manifest.of(target))).isEmpty();
    }

    @Test
    void numbersAreNeverGivenTwice() {
        assertThat(checkpoints.create(null).checkpointId()).isEqualTo("v1");
        checkpoints.create("v7");
        assertThat(checkpoints.create(null).checkpointId()).isEqualTo("v8");
        assertThat(checkpoints.create(null).checkpointId()).isEqualTo("v9");
        checkpoints.create("other");
        checkpoints.ask(CheckpointCommands.DELETE, new ById("v9"));
        checkpoints.create("another");
        checkpoints.ask(CheckpointCommands.DELETE, new ById("other"));

        checkpoints.open(2);

        assertThat(checkpoints.create(null).checkpointId()).isEqualTo("v10");
    }

    @Test
    void theHighestNumberOutlivesEveryCommitThatKnewIt() {
        checkpoints.create(null);
        checkpoints.create("v5");
        checkpoints.ask(CheckpointCommands.MAKE, new Make("safety", null, false, true, false, false));
        checkpoints.ask(CheckpointCommands.DELETE, new ById("safety"));
        checkpoints.open(2);
        checkpoints.create("x");
        checkpoints.ask(CheckpointCommands.DELETE, new ById("v5"));
        checkpoints.ask(CheckpointCommands.DELETE, new ById("v1"));
        checkpoints.create("y");
        checkpoints.ask(CheckpointCommands.DELETE, new ById("x"));
        checkpoints.open(3);

        assertThat(checkpoints.create(null).checkpointId()).isEqualTo("v6");
    }

    @Test
    void anIdThatAUserChoseIsTakenAsItIs() {
        assertThat(checkpoints.create("nightly-").checkpointId()).isEqualTo("nightly-");
        assertThat(checkpoints
                        .failure(CheckpointCommands.CREATE, new Create("nightly-", null, null))
                        .code())
                .isEqualTo(FailureCode.CHECKPOINT_EXISTS);
        assertThat(checkpoints
                        .ask(CheckpointCommands.MAKE, new Make("auto-", null, true, true, false, false))
                        .checkpointId())
                .matches("auto-[0-9]{8}T[0-9]{6}Z");
    }

    @Test
    void idsThatCannotBeAreRefusedAndNothingIsMade() {
        checkpoints.create("taken");

        for (String bad : List.of("", "../x", "a/b", ".hidden", "-dash", "x".repeat(129), "ä", "a b")) {
            assertThat(checkpoints
                            .failure(CheckpointCommands.CREATE, new Create(bad, null, null))
                            .code())
                    .as(bad)
                    .isEqualTo(FailureCode.INVALID_ID);
            assertThat(checkpoints
                            .failure(CheckpointCommands.GET, new ById(bad))
                            .code())
                    .isEqualTo(FailureCode.INVALID_ID);
        }
        assertThat(checkpoints
                        .failure(CheckpointCommands.CREATE, new Create("taken", null, null))
                        .code())
                .isEqualTo(FailureCode.CHECKPOINT_EXISTS);
        assertThat(checkpoints
                        .failure(CheckpointCommands.CREATE, new Create("a", "b", null))
                        .code())
                .isEqualTo(FailureCode.INVALID_ID);
        assertThat(checkpoints.failure(CheckpointCommands.GET, new ById("none")).code())
                .isEqualTo(FailureCode.CHECKPOINT_NOT_FOUND);
        assertThat(checkpoints.list()).extracting(Checkpoint::id).containsExactly("taken");
    }

    @Test
    void theTreeIsBroughtBackByTouchingOnlyWhatDiffers() throws Exception {
        AwkwardTree.make(Files.createDirectory(tree.resolve("awkward")));
        checkpoints.create("before");
        Map<String, String> manifest = Manifest.of(tree);
        Files.writeString(tree.resolve("g"), "changed");
        Files.delete(tree.resolve("sub/f"));
        Files.writeString(tree.resolve("new"), "extra");

        FileChanges changes = checkpoints.ask(CheckpointCommands.APPLY_FILES, new ApplyFiles("before", List.of()));

        assertThat(Manifest.differences(manifest, Manifest.of(tree))).isEmpty();
        assertThat(changes.changed()).isEqualTo(2);
        assertThat(changes.deleted()).isEqualTo(1);
        assertThat(changes.unchanged()).isGreaterThan(30);
        assertThat(checkpoints.create("after").files().changed())
                .as("files read after a restore, at most the two that were written just now")
                .isLessThanOrEqualTo(2);
    }

    @Test
    void whatIsKeptOrExcludedIsLeftAlone() throws Exception {
        checkpoints.exclude = List.of("*.tmp");
        checkpoints.open();
        Files.writeString(tree.resolve("cache.tmp"), "excluded");
        checkpoints.create("c");
        Files.writeString(tree.resolve("cache.tmp"), "excluded, changed");
        Files.writeString(Files.createDirectory(tree.resolve("db")).resolve("app.sqlite"), "a database");

        checkpoints.ask(CheckpointCommands.APPLY_FILES, new ApplyFiles("c", List.of("db/app.sqlite")));

        assertThat(tree.resolve("cache.tmp")).hasContent("excluded, changed");
        assertThat(tree.resolve("db/app.sqlite")).hasContent("a database");
        assertThat(checkpoints.restic().run("ls", "latest")).doesNotContain("cache.tmp");
    }

    @Test
    void theNewestIsNotDeletedAndTheOthersGoWithTheirSnapshot() throws Exception {
        checkpoints.create("one");
        checkpoints.create("two");

        CommandException refused = checkpoints.failure(CheckpointCommands.DELETE, new ById("two"));
        checkpoints.ask(CheckpointCommands.DELETE, new ById("one"));

        assertThat(refused.code()).isEqualTo(FailureCode.CHECKPOINT_IN_USE);
        assertThat(refused.detail()).contains("newest");
        assertThat(checkpoints.list()).extracting(Checkpoint::id).containsExactly("two");
        assertThat(checkpoints
                        .failure(CheckpointCommands.DELETE, new ById("one"))
                        .code())
                .isEqualTo(FailureCode.CHECKPOINT_NOT_FOUND);
        assertThat(checkpoints.restic().run("snapshots"))
                .contains("checkpoint:two")
                .doesNotContain("checkpoint:one");
        checkpoints.restic().check();
    }

    @Test
    void aSnapshotThatARestoreNamesStaysWhenItsCheckpointIsDeleted() throws Exception {
        checkpoints.create("one");
        Checkpoint restore = checkpoints.ask(
                CheckpointCommands.COMMIT_RESTORE,
                new CheckpointCommands.CommitRestore("restore-1", "one", null, "a restore", Map.of()));

        checkpoints.ask(CheckpointCommands.DELETE, new ById("one"));

        assertThat(restore.kind()).isEqualTo("restore");
        assertThat(restore.line()).isTrue();
        assertThat(checkpoints.restic().run("snapshots")).contains("checkpoint:one");
        assertThat(checkpoints
                        .failure(CheckpointCommands.DELETE, new ById("restore-1"))
                        .code())
                .isEqualTo(FailureCode.CHECKPOINT_IN_USE);
    }

    @Test
    void aFreezeThatLastedTooLongEndsTheCheckpoint() {
        checkpoints.thawed = new ProcessCommands.Thawed(true, 2600, null);

        CommandException failure = checkpoints.failure(CheckpointCommands.CREATE, new Create(null, null, null));

        assertThat(failure.code()).isEqualTo(FailureCode.FREEZE_TIMEOUT);
        assertThat(checkpoints.list()).isEmpty();
        assertThat(checkpoints.committed).isEmpty();
    }

    @Test
    void whoComesSecondIsToldToTryAgainWhileStatusAnswers() {
        Promise<ProcessCommands.Frozen> frozen = Promise.promise();
        Promise<Void> reached = Promise.promise();
        checkpoints.freeze = request -> {
            reached.complete();
            return frozen.future();
        };
        Future<Created> first = checkpoints.bus.request(CheckpointCommands.CREATE, new Create("slow", null, null));
        VertxFixture.await(reached.future());

        CommandException second = checkpoints.failure(CheckpointCommands.CREATE, new Create("fast", null, null));
        CommandException deletion = checkpoints.failure(CheckpointCommands.DELETE, new ById("slow"));
        CommandException reservation =
                checkpoints.failure(CheckpointCommands.RESERVE, new CheckpointCommands.Reserve("restore", "first"));

        assertThat(List.of(second, deletion, reservation))
                .allSatisfy(e -> assertThat(e.code()).isEqualTo(FailureCode.OPERATION_IN_PROGRESS))
                .allSatisfy(e -> assertThat(e.retryAfter()).isPositive());
        assertThat(checkpoints.ask(CheckpointCommands.SUMMARY, NOTHING).operation())
                .isEqualTo("checkpoint");
        assertThat(checkpoints.list()).isEmpty();
        frozen.complete(new ProcessCommands.Frozen(List.of(), 1));
        assertThat(VertxFixture.await(first).checkpointId()).isEqualTo("slow");
    }

    @Test
    void aReservationKeepsUsersOutAndTheEnvironmentIn() {
        checkpoints.ask(CheckpointCommands.RESERVE, new CheckpointCommands.Reserve("restore", "first"));

        assertThat(checkpoints
                        .failure(CheckpointCommands.CREATE, new Create("a", null, null))
                        .code())
                .isEqualTo(FailureCode.OPERATION_IN_PROGRESS);
        Created safety =
                checkpoints.ask(CheckpointCommands.MAKE, new Make("pre-restore-", "safety", false, true, false, false));
        checkpoints.ask(CheckpointCommands.RESERVE, CheckpointCommands.Reserve.lift("first"));

        assertThat(safety.checkpointId()).matches("pre-restore-\\d{8}T\\d{6}Z");
        assertThat(checkpoints.committed).isEmpty();
        assertThat(checkpoints.list()).singleElement().satisfies(c -> {
            assertThat(c.line()).isFalse();
            assertThat(c.auto()).isTrue();
            assertThat(c.kind()).isEqualTo("safety");
        });
        assertThat(checkpoints.create("a").checkpointId()).isEqualTo("a");
    }

    @Test
    void aReservationIsLiftedByItsHolderAlone() {
        checkpoints.ask(CheckpointCommands.RESERVE, new CheckpointCommands.Reserve("restore", "former"));
        checkpoints.ask(CheckpointCommands.CLOSE, NOTHING);
        checkpoints.ask(CheckpointCommands.RESERVE, new CheckpointCommands.Reserve("takeover", "successor"));
        checkpoints.open(2);

        checkpoints.ask(CheckpointCommands.RESERVE, CheckpointCommands.Reserve.lift("former"));

        assertThat(checkpoints
                        .failure(CheckpointCommands.CREATE, new Create("too-early", null, null))
                        .code())
                .isEqualTo(FailureCode.OPERATION_IN_PROGRESS);
        checkpoints.ask(CheckpointCommands.RESERVE, CheckpointCommands.Reserve.lift("successor"));
        assertThat(checkpoints.create("a").checkpointId()).isEqualTo("a");
    }

    @Test
    void aReservationOutlivesTheOpeningThatItWasMadeForAndEndsWithTheClosing() {
        checkpoints.ask(CheckpointCommands.RESERVE, new CheckpointCommands.Reserve("takeover", "owner"));

        checkpoints.open(2);

        assertThat(checkpoints
                        .failure(CheckpointCommands.CREATE, new Create("too-early", null, null))
                        .code())
                .isEqualTo(FailureCode.OPERATION_IN_PROGRESS);
        checkpoints.ask(CheckpointCommands.CLOSE, NOTHING);
        checkpoints.open(3);
        assertThat(checkpoints.create("a").checkpointId()).isEqualTo("a");
    }

    @Test
    void afterAWarmPassTheCheckpointItselfReadsNothing() {
        checkpoints.ask(CheckpointCommands.WARM, NOTHING);

        Created created =
                checkpoints.ask(CheckpointCommands.MAKE, new Make("stopped", null, true, false, false, false));

        assertThat(created.files().files()).isEqualTo(2);
        assertThat(created.files().changed()).isZero();
        assertThat(checkpoints.steps).isEmpty();
    }

    @Test
    void verificationNamesWhatIsMissing() throws Exception {
        checkpoints.create("c");
        assertThat(checkpoints
                        .ask(CheckpointCommands.VERIFY, new Verify("c", true))
                        .blobs())
                .isEqualTo(4);
        Path pack;
        try (Stream<Path> packs = Files.walk(root.resolve("objects/files/data"))) {
            pack = packs.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        Files.delete(pack);

        CommandException failure = checkpoints.failure(CheckpointCommands.VERIFY, new Verify("c", false));
        CommandException check = checkpoints.failure(CheckpointCommands.CHECK, new ById("c"));

        assertThat(failure.code()).isEqualTo(FailureCode.REPOSITORY_DAMAGED);
        assertThat(failure.faults()).isNotEmpty();
        assertThat(check.code()).isEqualTo(FailureCode.REPOSITORY_DAMAGED);
    }

    @Test
    void withoutAnOpenEnvironmentEveryoneIsToldSo() {
        checkpoints.close();

        assertThat(checkpoints.failure(CheckpointCommands.LIST, NOTHING).code()).isEqualTo(FailureCode.NOT_OWNER);
        assertThat(checkpoints
                        .failure(CheckpointCommands.CREATE, new Create(null, null, null))
                        .code())
                .isEqualTo(FailureCode.NOT_OWNER);
        assertThat(checkpoints.ask(CheckpointCommands.SUMMARY, NOTHING).state()).isEqualTo("closed");
        assertThat(checkpoints.objects("files/locks/")).isEmpty();
    }
}
