package io.statemanager.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.checkpoint.restore.Restored;
import io.statemanager.restic.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointJudgedByResticTest {
    @TempDir
    Path temp;

    Path tree;
    TestRepository ours;

    @BeforeEach
    void make() throws Exception {
        tree = Files.createDirectory(temp.resolve("tree"));
        AwkwardTree.make(tree);
        ours = TestRepository.create(temp.resolve("repository"));
    }

    @AfterEach
    void close() {
        ours.close();
    }

    @Test
    void resticFindsTheRepositoryCleanAndRestoresTheSameTree() throws Exception {
        ours.save(tree);

        Restic restic = new Restic(ours.backend.root(), TestRepository.PASSWORD);
        restic.check();
        Path target = temp.resolve("by-restic");
        restic.run("restore", "latest", "--target", target.toString());

        // restic makes no hard links of symlinks.
        Files.delete(tree.resolve("dangling-too"));
        Files.delete(target.resolve("dangling-too"));
        assertThat(Manifest.differences(Manifest.of(tree), Manifest.of(target))).isEmpty();
    }

    @Test
    void ourRestoreBringsTheSameTreeBack() throws Exception {
        Snapshot snapshot = ours.save(tree);
        Path target = Files.createDirectory(temp.resolve("ours"));
        ours.records = Map.of();

        Restored restored = ours.restore(snapshot.tree(), target);

        assertThat(restored.warnings()).isEmpty();
        assertThat(Manifest.differences(Manifest.of(tree), Manifest.of(target))).isEmpty();
    }
}
