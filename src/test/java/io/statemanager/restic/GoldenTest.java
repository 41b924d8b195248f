package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two small repositories that restic made (0.14 of version 1, 0.19.1 of version 2), kept as text: path and base64 a line, password {@code golden}. */
class GoldenTest {

    @TempDir
    Path folder;

    private static MemoryBackend golden(int version) throws IOException {
        MemoryBackend backend = new MemoryBackend();
        try (var in = GoldenTest.class.getResourceAsStream("/restic/golden-v" + version + ".txt");
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split(" ", 2);
                backend.objects.put(parts[0], Base64.getDecoder().decode(parts[1]));
            }
        }
        return backend;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_repository_of_restic_reads_as_it_was_made(int version) throws IOException {
        try (Repository repository = Repository.open(golden(version), "golden")) {
            repository.loadIndex(Runnable::run);
            Snapshot snapshot =
                    repository.loadSnapshot(repository.listSnapshots().get(0));
            Archive.restore(repository, snapshot.tree(), folder.resolve("restored"));

            assertThat(repository.config().version()).isEqualTo(version);
            assertThat(snapshot.hostname()).isEqualTo("golden");
            assertThat(snapshot.tags()).containsExactly("one");
            assertThat(snapshot.paths()).containsExactly("/tmp/golden/src");
            assertThat(Files.readString(folder.resolve("restored/dir/hello"))).isEqualTo("hello\n");
            assertThat(Files.readString(folder.resolve("restored/xs"))).isEqualTo("x".repeat(300));
            assertThat(folder.resolve("restored/empty")).isEmptyFile();
            assertThat(Files.readSymbolicLink(folder.resolve("restored/link"))).hasToString("dir/hello");
            List<Node> nodes = new ArrayList<>();
            try (TreeReader tree = repository.loadTree(snapshot.tree())) {
                for (Node node = tree.next(); node != null; node = tree.next()) {
                    nodes.add(node);
                }
            }
            assertThat(nodes).extracting(node -> node.name().toString()).containsExactly("dir", "empty", "link", "xs");
            assertThat(nodes).extracting(Node::mtime).containsOnly(Instant.parse("2020-02-03T04:05:06.789Z"));
            assertThat(new SnapshotCheck(repository, Runnable::run).check(snapshot.tree(), true))
                    .isEqualTo(new SnapshotCheck.Report(2, 3, 2, 306, List.of()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void it_can_be_written_to(int version) throws IOException {
        MemoryBackend backend = golden(version);
        try (Repository repository = Repository.open(backend, "golden")) {
            repository.loadIndex(Runnable::run);
            try (BlobWriter writer = repository.newWriter(WriterOptions.DEFAULT, Runnable::run)) {
                byte[] known = "hello\n".getBytes(StandardCharsets.US_ASCII);
                assertThat(writer.save(BlobType.DATA, known).isNew()).isFalse();
                assertThat(writer.save(BlobType.DATA, new byte[] {1, 2, 3}).isNew())
                        .isTrue();
                writer.flush();
            }
            assertThat(repository
                            .index()
                            .find(new BlobHandle(BlobType.DATA, Id.hashOf(new byte[] {1, 2, 3})))
                            .orElseThrow()
                            .compressed())
                    .isEqualTo(version == 2);
        }
    }
}
