package io.statemanager.checkpoint;

import static io.statemanager.bus.Nothing.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.ApplyFiles;
import io.statemanager.bus.CheckpointCommands.ById;
import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.CheckpointCommands.CommitRestore;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.support.VertxFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What happens to the tree itself: its files on the disk, and those that the configuration leaves out. */
class CheckpointedTreeTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path root;

    OpenCheckpoints checkpoints;
    Path tree;

    @BeforeEach
    void open() throws Exception {
        tree = Files.createDirectories(root.resolve("env"));
        Files.writeString(tree.resolve("g"), "two");
        checkpoints = OpenCheckpoints.local(fixture.vertx(), root);
        checkpoints.open();
    }

    @Test
    void whatIsExcludedByNowIsLeftAloneThoughTheCheckpointHoldsIt() throws Exception {
        Files.writeString(tree.resolve("a.log"), "in the checkpoint");
        Files.writeString(Files.createDirectory(tree.resolve("old.log")).resolve("f"), "in the checkpoint");
        checkpoints.create("c");
        checkpoints.exclude = List.of("*.log");
        checkpoints.open();
        Files.writeString(tree.resolve("a.log"), "changed");
        Files.delete(tree.resolve("old.log/f"));
        Files.delete(tree.resolve("old.log"));
        Files.writeString(tree.resolve("g"), "changed");

        checkpoints.ask(CheckpointCommands.APPLY_FILES, new ApplyFiles("c", List.of()));
        checkpoints.create("d");

        assertThat(tree.resolve("a.log")).hasContent("changed");
        assertThat(tree.resolve("old.log")).doesNotExist();
        assertThat(tree.resolve("g")).hasContent("two");
        assertThat(checkpoints.restic().run("ls", "latest")).doesNotContain(".log");
    }

    /** The checkpoint has a file where there is a directory by now, with something in it that no restore touches. */
    private void putSomethingExcludedInTheWay() throws Exception {
        Files.writeString(tree.resolve("place"), "a file in the checkpoint");
        checkpoints.exclude = List.of("*.keep");
        checkpoints.open();
        checkpoints.create("c");
        Files.delete(tree.resolve("place"));
        Files.writeString(Files.createDirectories(tree.resolve("place/deep")).resolve("f"), "in the way");
    }

    @Test
    void whatWouldBeInTheWayOfARestoreIsFoundBeforeAnythingIsTouched() throws Exception {
        putSomethingExcludedInTheWay();
        checkpoints.ask(CheckpointCommands.CHECK, new ById("c"));
        Files.writeString(tree.resolve("place/deep/a.keep"), "no restore touches it");
        Map<String, String> before = Manifest.of(tree);

        CommandException refused = checkpoints.failure(CheckpointCommands.CHECK, new ById("c"));

        assertThat(refused.code()).isEqualTo(FailureCode.RESTORE_BLOCKED);
        assertThat(refused.detail()).contains("'place'").contains("'place/deep/a.keep'");
        assertThat(refused.hint()).contains("'place'");
        assertThat(Manifest.differences(before, Manifest.of(tree))).isEmpty();
    }

    @Test
    void whatCameIntoTheWayAfterTheCheckIsFoundBeforeTheCommit() throws Exception {
        putSomethingExcludedInTheWay();
        checkpoints.ask(CheckpointCommands.CHECK, new ById("c"));
        Files.writeString(tree.resolve("place/a.keep"), "came while the processes were stopped");

        CommandException refused = checkpoints.failure(
                CheckpointCommands.COMMIT_RESTORE, new CommitRestore("restore-1", "c", null, null, Map.of()));

        assertThat(refused.code()).isEqualTo(FailureCode.RESTORE_BLOCKED);
        assertThat(checkpoints.list()).extracting(Checkpoint::id).containsExactly("c");
    }

    @Test
    void whatIsInTheWayOfATakeoverIsNamed() throws Exception {
        putSomethingExcludedInTheWay();
        Files.writeString(tree.resolve("place/a.keep"), "no restore touches it");

        CommandException failed = checkpoints.failure(CheckpointCommands.APPLY_FILES, new ApplyFiles("c", List.of()));

        assertThat(failed.code()).isEqualTo(FailureCode.RESTORE_BLOCKED);
        assertThat(failed.detail()).contains("'place/a.keep'");
        Files.delete(tree.resolve("place/a.keep"));
        checkpoints.ask(CheckpointCommands.APPLY_FILES, new ApplyFiles("c", List.of()));
        assertThat(tree.resolve("place")).hasContent("a file in the checkpoint");
    }

    /** After a power cut the tree is kept where its newest commit is known to be in it; so it must be on the disk. */
    @Test
    void whatACheckpointHoldsIsOnTheLocalDiskTooBeforeItIsAcknowledged() throws Exception {
        Path file = tree.resolve("not-synced");
        Files.write(file, new byte[1 << 20]);
        assumeThat(waitsForItsPlaceOnTheDisk(file))
                .as("a filesystem that tells what it has not written, and filefrag to ask it")
                .isTrue();

        checkpoints.create("c");

        assertThat(waitsForItsPlaceOnTheDisk(file)).isFalse();
    }

    /** The next checkpoint believes a file that has the times that were seen; after a power cut it may have them with its old content. */
    @Test
    void whatAWarmPassRemembersIsOnTheDiskBeforeItIsBelieved() throws Exception {
        Path file = tree.resolve("not-synced");
        Files.write(file, new byte[1 << 20]);
        assumeThat(waitsForItsPlaceOnTheDisk(file))
                .as("a filesystem that tells what it has not written, and filefrag to ask it")
                .isTrue();

        checkpoints.ask(CheckpointCommands.WARM, NOTHING);

        assertThat(waitsForItsPlaceOnTheDisk(file)).isFalse();
    }

    private static boolean waitsForItsPlaceOnTheDisk(Path file) throws Exception {
        Process asked = new ProcessBuilder("sh", "-c", "PATH=$PATH:/sbin:/usr/sbin filefrag -v \"$0\"", file.toString())
                .redirectErrorStream(true)
                .start();
        String told = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        asked.waitFor();
        return told.contains("delalloc");
    }
}
