package io.statemanager.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.restic.Id;
import io.statemanager.restic.Node;
import io.statemanager.restic.Snapshot;
import io.statemanager.restic.TreeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository that restic made, read and continued by us; and ours continued by restic. */
class RepositoryByResticTest {
    @TempDir
    Path temp;

    Path tree;
    Path repository;
    Restic restic;

    @BeforeEach
    void make() throws Exception {
        tree = Files.createDirectory(temp.resolve("tree"));
        repository = temp.resolve("repository");
        restic = new Restic(repository, TestRepository.PASSWORD);
        AwkwardTree.make(tree);
    }

    @Test
    void aSnapshotOfResticsIsRestoredAndItsRepositoryContinued() throws Exception {
        restic.run("init");
        restic.run("backup", tree.toString());
        Path target = Files.createDirectory(temp.resolve("target"));
        Map<String, String> manifest = Manifest.of(tree);

        try (TestRepository ours = TestRepository.open(repository)) {
            Snapshot theirs =
                    ours.repository.loadSnapshot(ours.repository.listSnapshots().get(0));
            ours.restore(below(ours, theirs.tree(), tree), target);
            ours.records = Map.of();
            Files.writeString(tree.resolve("plain"), "continued");
            ours.save(tree);

            assertThat(Manifest.differences(manifest, Manifest.of(target))).isEmpty();
            assertThat(ours.receipt.dataBlobs())
                    .as("only the changed file's content is new in restic's own repository")
                    .isEqualTo(1);
        }
        restic.check();
        Path again = temp.resolve("again");
        restic.run("restore", "latest", "--target", again.toString());
        assertThat(again.resolve("plain")).hasContent("continued");
    }

    @Test
    void resticContinuesOursAndStoresNothingTwice() throws Exception {
        try (TestRepository ours = TestRepository.create(repository)) {
            ours.save(tree);
        }

        String said = restic.run("backup", "--json", tree.toString());

        assertThat(said).contains("\"data_blobs\":0");
        restic.check();
    }

    private static Id below(TestRepository ours, Id tree, Path path) throws IOException {
        Id at = tree;
        for (Path name : path) {
            at = find(ours, at, name.toString());
        }
        return at;
    }

    private static Id find(TestRepository ours, Id tree, String name) throws IOException {
        try (TreeReader reader = ours.repository.loadTree(tree)) {
            for (Node node = reader.next(); node != null; node = reader.next()) {
                if (node.name().toString().equals(name)) {
                    return node.subtree();
                }
            }
        }
        throw new AssertionError("no entry " + name);
    }
}
