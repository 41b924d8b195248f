package io.statemanager.checkpoint.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.checkpoint.Restic;
import io.statemanager.checkpoint.TestRepository;
import io.statemanager.linux.RawName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExcludesTest {
    private static final List<String> FILES = List.of(
            "a.tmp",
            "b.txt",
            "dir/a.tmp",
            "dir/c",
            "dir/sub/deep/a.tmp",
            "dir/sub/x1",
            "dir/sub/x2",
            "dir/sub/xy",
            "cache/one",
            "other/cache/two",
            "other/cachet",
            "we ird/[x]",
            "we ird/*star",
            "ünï/é",
            "foo/bar/baz",
            "bar/baz");

    private static final List<List<String>> PATTERNS = List.of(
            List.of("*.tmp"),
            List.of("cache"),
            List.of("dir/sub"),
            List.of("sub/**/a.tmp"),
            List.of("**/a.tmp"),
            List.of("dir/**"),
            List.of("x?"),
            List.of("x[0-9]"),
            List.of("x[^0-9]"),
            List.of("\\*star"),
            List.of("\\[x\\]"),
            List.of("[[]x]"),
            List.of("é"),
            List.of("?"),
            List.of("foo/bar"),
            List.of("bar/baz"),
            List.of("foo/*/baz"),
            List.of("*.tmp", "!dir/a.tmp"),
            List.of("dir/*", "!dir/c"),
            List.of("cache*"),
            List.of("/TREE/bar"),
            List.of("/TREE/*/cache"),
            List.of("/bar"),
            List.of("TREE/foo/**"));

    @TempDir
    Path temp;

    /** What restic leaves out by the same patterns is the judge. */
    @Test
    void resticLeavesOutTheSame() throws Exception {
        Path tree = temp.resolve("TREE");
        for (String file : FILES) {
            Files.createDirectories(tree.resolve(file).getParent());
            Files.writeString(tree.resolve(file), file);
        }
        Path repository = temp.resolve("repository");
        TestRepository.create(repository).close();
        Restic restic = new Restic(repository, TestRepository.PASSWORD);
        String absolute = tree.toString();

        for (List<String> patterns : PATTERNS) {
            List<String> real = patterns.stream()
                    .map(pattern -> pattern.replace("/TREE", absolute))
                    .toList();
            List<String> arguments = new ArrayList<>(List.of("backup", absolute, "--no-scan"));
            real.forEach(pattern -> arguments.add("--exclude=" + pattern));
            restic.run(arguments.toArray(String[]::new));
            List<String> theirs = restic.run("ls", "latest", "--json")
                    .lines()
                    .filter(line -> line.contains("\"type\":\"file\""))
                    .map(line -> line.replaceAll(".*\"path\":\"([^\"]*)\".*", "$1"))
                    .sorted()
                    .toList();

            assertThat(taken(tree, new Excludes(real))).as(patterns.toString()).isEqualTo(theirs);
        }
    }

    private static List<String> taken(Path tree, Excludes excludes) throws Exception {
        List<String> taken = new ArrayList<>();
        collect(tree, excludes, taken);
        return taken.stream()
                .map(path -> new String(
                        path.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        java.nio.charset.StandardCharsets.ISO_8859_1))
                .sorted()
                .toList();
    }

    private static void collect(Path at, Excludes excludes, List<String> taken) throws Exception {
        if (excludes.leavesOut(RawName.ofText(at.toString()))) {
            return;
        }
        if (Files.isRegularFile(at)) {
            taken.add(at.toString());
            return;
        }
        try (Stream<Path> below = Files.list(at)) {
            for (Path path : below.toList()) {
                collect(path, excludes, taken);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "a[b", "x\\", "[]", "/", "//", "!"})
    void aMalformedPatternIsRefusedByName(String pattern) {
        assertThatThrownBy(() -> new Excludes(List.of("fine", pattern)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + pattern + "'");
    }

    @ParameterizedTest
    @CsvSource({"/a/\u00ff.tmp, true", "/a/\u00ff, false"})
    void namesThatAreNoTextAreMatchedByTheirBytes(String raw, boolean out) {
        assertThat(new Excludes(List.of("*.tmp")).leavesOut(raw)).isEqualTo(out);
    }
}
