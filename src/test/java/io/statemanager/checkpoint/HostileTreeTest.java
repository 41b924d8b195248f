package io.statemanager.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.restic.BlobType;
import io.statemanager.restic.BlobWriter;
import io.statemanager.restic.Id;
import io.statemanager.restic.RepositoryException;
import io.statemanager.restic.WriterOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trees that somebody with the password put into the bucket. Nothing of the local tree is touched before all of one is checked. */
class HostileTreeTest {
    private static final String META =
            "\"mode\":420,\"mtime\":\"2020-01-01T00:00:00Z\",\"atime\":\"2020-01-01T00:00:00Z\",\"ctime\":\"2020-01-01T00:00:00Z\",\"uid\":0,\"gid\":0,";

    @TempDir
    Path temp;

    Path tree;
    TestRepository ours;

    @BeforeEach
    void make() throws Exception {
        tree = Files.createDirectory(temp.resolve("tree"));
        Files.writeString(tree.resolve("precious"), "local");
        ours = TestRepository.create(temp.resolve("repository"));
    }

    @AfterEach
    void close() {
        ours.close();
    }

    private Id store(BlobType type, String content) throws IOException {
        try (BlobWriter writer = ours.repository.newWriter(WriterOptions.DEFAULT, ours.uploads)) {
            Id id = writer.save(type, content.getBytes(StandardCharsets.UTF_8)).id();
            writer.flush();
            return id;
        }
    }

    private static String file(String name, String rest) {
        return "{\"name\":\"" + name + "\",\"type\":\"file\"," + META + rest + "}";
    }

    private static String directory(String name, Id subtree) {
        return "{\"name\":\"" + name + "\",\"type\":\"dir\"," + META + "\"subtree\":\"" + subtree + "\"}";
    }

    private static String tree(String... nodes) {
        return "{\"nodes\":[" + String.join(",", nodes) + "]}\n";
    }

    static Stream<String> names() {
        return Stream.of("..", ".", "", "a/b", "/etc/passwd", "../../etc/cron.d/x", "a\\u0000b", "x".repeat(256));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aNameThatIsNoPlainNameIsRefused(String name) throws Exception {
        Id content = store(BlobType.DATA, "evil");
        Id root = store(BlobType.TREE, tree(file(name, "\"size\":4,\"content\":[\"" + content + "\"]")));
        Id below = store(BlobType.TREE, tree(directory("harmless", root)));

        refused(root);
        refused(below);
    }

    @Test
    void aFileThatIsNotWhatItSaysIsRefused() throws Exception {
        Id content = store(BlobType.DATA, "1234");
        String nowhere = "00".repeat(32);

        refused(store(BlobType.TREE, tree(file("f", "\"size\":5,\"content\":[\"" + content + "\"]"))));
        refused(store(BlobType.TREE, tree(file("f", "\"size\":4,\"content\":[\"" + nowhere + "\"]"))));
        refused(store(BlobType.TREE, tree(file("f", "\"size\":4,\"content\":null"))));
        refused(store(BlobType.TREE, tree("{\"name\":\"d\",\"type\":\"dir\"," + META + "\"size\":0}")));
        refused(store(BlobType.TREE, tree(directory("d", Id.parse(nowhere)))));
        refused(store(BlobType.TREE, "not even JSON"));
        refused(store(
                BlobType.TREE, tree(file("b", "\"size\":0,\"content\":[]"), file("a", "\"size\":0,\"content\":[]"))));
        refused(store(
                BlobType.TREE, tree(file("a", "\"size\":0,\"content\":[]"), file("a", "\"size\":0,\"content\":[]"))));
    }

    @Test
    void directoriesThatMultiplyAreRefusedBeforeMemoryIsFull() throws Exception {
        Id level = store(BlobType.TREE, tree(file("f", "\"size\":0,\"content\":[]")));
        for (int i = 0; i < 30; i++) {
            level = store(
                    BlobType.TREE,
                    tree(
                            directory("a", level),
                            directory("b", level),
                            directory("c", level),
                            directory("d", level),
                            directory("e", level),
                            directory("f", level),
                            directory("g", level)));
        }
        Id top = level;
        Map<String, ?> before = Stats.of(tree);
        assertThatThrownBy(() -> ours.restore(top, tree))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MEMORY_TOO_SMALL));
        assertThat(Stats.of(tree)).isEqualTo(before);
    }

    @Test
    void aSymlinkIsMadeAsItIsAndNothingIsWrittenThroughIt() throws Exception {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Id content = store(BlobType.DATA, "evil");
        Id inner = store(BlobType.TREE, tree(file("f", "\"size\":4,\"content\":[\"" + content + "\"]")));
        Id root = store(
                BlobType.TREE,
                tree(
                        directory("d", inner),
                        "{\"name\":\"link\",\"type\":\"symlink\"," + META + "\"linktarget\":\"" + outside + "\"}"));
        Files.createSymbolicLink(tree.resolve("d"), outside);

        ours.restore(root, tree);

        assertThat(Files.readSymbolicLink(tree.resolve("link"))).isEqualTo(outside);
        assertThat(tree.resolve("d/f")).hasContent("evil");
        assertThat(outside).isEmptyDirectory();
    }

    private void refused(Id root) throws IOException {
        Map<String, ?> before = Stats.of(tree);
        assertThatThrownBy(() -> ours.restore(root, tree)).isInstanceOf(RepositoryException.class);
        assertThat(Stats.of(tree)).isEqualTo(before);
        assertThat(List.of(temp.toFile().list())).containsExactlyInAnyOrder("tree", "repository");
    }
}
