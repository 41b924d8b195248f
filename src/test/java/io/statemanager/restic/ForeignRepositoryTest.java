package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Repositories that restic made: read, restored, continued, and judged by restic again. */
class ForeignRepositoryTest {

    private static final String PASSWORD = "pässword";

    @TempDir
    Path folder;

    private final ExecutorService executor = Executors.newFixedThreadPool(2);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    private Restic restic(String program) {
        Path repository = folder.resolve("repository");
        return program.equals("0.14") ? Restic.old(repository, PASSWORD) : Restic.current(repository, PASSWORD);
    }

    @ParameterizedTest
    @CsvSource({"0.19.1, 2", "0.14, 2", "0.14, 1"})
    void a_snapshot_of_restic_is_read_and_restored(String program, int version) throws Exception {
        Path source = Samples.folder(folder.resolve("source"));
        Restic restic = restic(program);
        restic.run("init", "--repository-version", Integer.toString(version));
        restic.runIn(source, "backup", "--tag", "one,two", "--host", "their-host", "--exclude", "nothing", ".");

        try (Repository repository = Repository.open(new DirectoryBackend(folder.resolve("repository")), PASSWORD)) {
            repository.loadIndex(executor);
            Snapshot snapshot =
                    repository.loadSnapshot(repository.listSnapshots().get(0));
            Archive.restore(repository, snapshot.tree(), folder.resolve("restored"));

            assertThat(repository.config().version()).isEqualTo(version);
            assertThat(snapshot.hostname()).isEqualTo("their-host");
            assertThat(snapshot.tags()).containsExactly("one", "two");
            assertThat(snapshot.excludes()).containsExactly("nothing");
            assertThat(snapshot.paths()).containsExactly(source.toString());
            assertThat(Samples.contents(folder.resolve("restored"))).isEqualTo(Samples.contents(source));
            SnapshotCheck.Report report = new SnapshotCheck(repository, executor).check(snapshot.tree(), true);
            assertThat(report.problems()).isEmpty();
            assertThat(report.files()).isEqualTo(307);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.19.1, 2", "0.14, 2", "0.14, 1"})
    void a_repository_of_restic_is_continued(String program, int version) throws Exception {
        Path source = Samples.folder(folder.resolve("source"));
        Restic restic = restic(program);
        restic.run("init", "--repository-version", Integer.toString(version));
        restic.runIn(source, "backup", ".");
        Files.write(source.resolve("a/new"), Samples.text(77, 2_000_000));

        try (Repository repository = Repository.open(new DirectoryBackend(folder.resolve("repository")), PASSWORD)) {
            repository.loadIndex(executor);
            try (BlobWriter writer = repository.newWriter(WriterOptions.DEFAULT, executor)) {
                SealedSnapshot snapshot = Archive.backup(repository, writer, source);
                assertThat(writer.flush().dataBlobs())
                        .as("chunks of the one new file")
                        .isBetween(1, 4);
                assertThat(writer.packsReliedOn()).isNotEmpty();
                assertThat(repository.loadSnapshot(snapshot.id())).isEqualTo(snapshot.snapshot());
            }
        }

        assertThat(restic.run("check", "--read-data")).contains("no errors were found");
        restic.run(
                "restore",
                "latest",
                "--host",
                "sm-test",
                "--target",
                folder.resolve("restored").toString());
        assertThat(Samples.contents(folder.resolve("restored"))).isEqualTo(Samples.contents(source));
        assertThat(restic.runIn(source, "backup", "--json", ".")).contains("\"data_blobs\":0,");
    }

    @ParameterizedTest
    @CsvSource({"0.19.1, 2", "0.14, 1"})
    void trees_are_written_byte_for_byte_as_restic_writes_them(String program, int version) throws Exception {
        Path source = Samples.folder(folder.resolve("source"));
        awkward(source);
        if (version == 1) {
            // 0.14 loses what is no UTF-8 in a link's target.
            Files.delete(source.resolve("a").resolveSibling("rawlink"));
        }
        Restic restic = restic(program);
        restic.run("init", "--repository-version", Integer.toString(version));
        restic.runIn(source, "backup", "--with-atime", ".");

        List<Node> nodes = new ArrayList<>();
        try (Repository repository = Repository.open(new DirectoryBackend(folder.resolve("repository")), PASSWORD)) {
            repository.loadIndex(executor);
            Id root = repository.loadSnapshot(repository.listSnapshots().get(0)).tree();
            rewrite(repository, root, nodes);
        }

        assertThat(nodes).extracting(Node::type).contains(NodeType.FILE, NodeType.DIR, NodeType.SYMLINK, NodeType.FIFO);
        assertThat(nodes).filteredOn(node -> !node.name().isUtf8()).hasSize(2);
        assertThat(nodes)
                .filteredOn(node -> node.deviceId() != 0 || version == 1)
                .isNotEmpty();
        assertThat(nodes)
                .flatExtracting(Node::extendedAttributes)
                .contains(new ExtendedAttribute("user.colour", new byte[] {(byte) 0xff, 0, '<'}));
        if (version == 2) {
            assertThat(nodes).filteredOn(node -> !node.linkTarget().isUtf8()).hasSize(1);
        }
    }

    /** Names and targets that are no UTF-8, a FIFO, hard links, special modes, early and late times. */
    private static void awkward(Path source) throws Exception {
        String script =
                "set -e; printf x > $'caf\\351'; mkdir $'d\\377\\\\\"'; ln -s $'t\\201\\n<' rawlink; mkfifo fifo; printf y > hard1; ln hard1 hard2;"
                        + " printf z > suid; chmod 7751 suid; touch -d '1960-05-06 07:08:09.000000010' suid; touch -d '2300-01-01' fifo;"
                        + " printf w > $'control\\001\\177\\302\\205\\360\\237\\230\\200'; mkdir sticky; chmod 1777 sticky";
        Process process = new ProcessBuilder("bash", "-c", script)
                .directory(source.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        Files.getFileAttributeView(source.resolve("suid"), UserDefinedFileAttributeView.class)
                .write("colour", ByteBuffer.wrap(new byte[] {(byte) 0xff, 0, '<'}));
    }

    /** Reads a tree's entries, writes them, and compares with what was read; goes down. */
    private static void rewrite(Repository repository, Id tree, List<Node> all) throws Exception {
        byte[] original = repository.loadBlob(new BlobHandle(BlobType.TREE, tree));
        JsonWriter json = new JsonWriter(1000);
        json.raw("{\"nodes\":[");
        List<Node> nodes = new ArrayList<>();
        try (TreeReader reader = repository.loadTree(tree)) {
            for (Node node = reader.next(); node != null; node = reader.next()) {
                if (!nodes.isEmpty()) {
                    json.raw(',');
                }
                NodeJson.write(json, node);
                nodes.add(node);
            }
        }
        json.raw("]}\n");
        assertThat(new String(json.toBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(new String(original, java.nio.charset.StandardCharsets.UTF_8));
        all.addAll(nodes);
        for (Node node : nodes) {
            if (node.type() == NodeType.DIR) {
                rewrite(repository, node.subtree(), all);
            }
        }
    }
}
