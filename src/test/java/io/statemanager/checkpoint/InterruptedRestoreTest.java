package io.statemanager.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.checkpoint.restore.Restored;
import io.statemanager.restic.Id;
import io.statemanager.restic.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A restore that is killed at any step is finished by the same restore again. */
class InterruptedRestoreTest {
    private static final int KILLED = 137;

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "restore.directories",
                "restore.file.begun:1",
                "restore.file.begun:12",
                "restore.file.made:1",
                "restore.file:1",
                "restore.file.made:9",
                "restore.file:20",
                "restore.links",
                "restore.removed:1",
                "restore.removed:4"
            })
    void whatIsKilledHalfWayIsFinished(String failpoint) throws Exception {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Path repository = temp.resolve("repository");
        Snapshot snapshot;
        Map<String, String> manifest;
        try (TestRepository ours = TestRepository.create(repository)) {
            AwkwardTree.make(tree);
            new RandomTree(tree, 11).grow(60);
            write(tree, "as it was ");
            snapshot = ours.save(tree);
            manifest = Manifest.of(tree);
            new RandomTree(tree, 12).change(60);
            for (int i = 0; i < 6; i++) {
                Files.writeString(
                        Files.createDirectories(tree.resolve("extra" + i)).resolve("f"), "extra");
            }
            write(tree, "changed ");
            ours.save(tree);
        }

        assertThat(restoreInAChild(repository, snapshot.tree(), tree, failpoint))
                .isEqualTo(KILLED);

        try (TestRepository ours = TestRepository.open(repository)) {
            Restored restored = ours.restore(snapshot.tree(), tree);
            assertThat(restored.warnings()).isEmpty();
        }
        assertThat(Manifest.differences(manifest, Manifest.of(tree))).isEmpty();
    }

    private static void write(Path tree, String text) throws IOException {
        for (int i = 0; i < 40; i++) {
            Files.writeString(tree.resolve("many" + i), text + i);
        }
    }

    private static int restoreInAChild(Path repository, Id tree, Path into, String failpoint)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        repository.toString(),
                        tree.toString(),
                        into.toString())
                .redirectErrorStream(true);
        builder.environment().put("STATE_MANAGER_FAILPOINTS", failpoint);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(output).isTrue();
        return process.exitValue();
    }

    /** Restores, unless it is killed. */
    static final class Child {
        public static void main(String[] args) throws IOException {
            try (TestRepository ours = TestRepository.open(Path.of(args[0]))) {
                ours.restore(Id.parse(args[1]), Path.of(args[2]));
            }
        }
    }
}
