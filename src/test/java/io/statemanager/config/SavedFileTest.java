package io.statemanager.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SavedFileTest {
    private static final byte[] OLD = "{\"old\":1}\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NEW = "{\"new\":2}\n".getBytes(StandardCharsets.UTF_8);
    private static final int KILLED = 137;

    @TempDir
    Path dataDir;

    @Test
    void onlyItsOwnerCanReadIt() throws IOException {
        new SavedFile(dataDir).save(NEW, false);

        Path file = dataDir.resolve("config.json");
        assertThat(file).hasBinaryContent(NEW);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(names()).containsExactly("config.json");
    }

    @Test
    void theFormerFileIsKeptWhereAskedFor() throws IOException {
        Files.write(dataDir.resolve("config.json"), OLD);
        SavedFile saved = new SavedFile(dataDir);

        saved.save(NEW, true);
        saved.save(NEW, true);

        assertThat(names()).containsExactly("config.json", "config.json.broken-1", "config.json.broken-2");
        assertThat(dataDir.resolve("config.json.broken-1")).hasBinaryContent(OLD);
    }

    /** The process ends as by kill -9 at each step; afterwards there is the old file or the new one, and a later save succeeds. */
    @ParameterizedTest
    @CsvSource({
        "config.save.written, false, OLD",
        "config.save.synced,  false, OLD",
        "config.save.renamed, false, NEW",
        "config.save.kept,    true,  OLD",
        "config.save.renamed, true,  NEW"
    })
    void aSaveThatIsCutShortLeavesTheOldOrTheNewFile(String failpoint, boolean keep, String left) throws Exception {
        Files.write(dataDir.resolve("config.json"), OLD);

        assertThat(saveInAProcessKilledAt(failpoint, keep)).isEqualTo(KILLED);

        assertThat(dataDir.resolve("config.json")).hasBinaryContent(left.equals("OLD") ? OLD : NEW);
        new SavedFile(dataDir).save(NEW, false);
        assertThat(dataDir.resolve("config.json")).hasBinaryContent(NEW);
        assertThat(names()).doesNotContain("config.json.tmp");
    }

    private int saveInAProcessKilledAt(String failpoint, boolean keep) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SaveOnce.class.getName(),
                        dataDir.toString(),
                        Boolean.toString(keep))
                .inheritIO();
        builder.environment().put("STATE_MANAGER_FAILPOINTS", failpoint);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** The other process of the test. */
    static final class SaveOnce {
        public static void main(String[] arguments) {
            new SavedFile(Path.of(arguments[0])).save(NEW, Boolean.parseBoolean(arguments[1]));
        }
    }

    @Test
    void aDirectoryThatIsGoneIsAFailureThatSaysSo() throws IOException {
        Files.delete(dataDir);

        CommandException failure = fails(dataDir);

        assertThat(failure.code()).isEqualTo(FailureCode.DIRECTORY_FAILED);
        assertThat(failure.detail())
                .isEqualTo("the configuration cannot be saved to " + dataDir.resolve("config.json")
                        + ": it does not exist");
        Files.createDirectory(dataDir);
    }

    @Test
    void whatCannotBeReplacedIsLeftAlone() throws IOException {
        Files.createDirectories(dataDir.resolve("config.json").resolve("x"));

        assertThat(fails(dataDir).code()).isEqualTo(FailureCode.DIRECTORY_FAILED);
        assertThat(names()).containsExactly("config.json");
    }

    @Test
    void aFullDiskSavesNothingAndSaysSo() throws Exception {
        Path small = Files.createDirectory(dataDir.resolve("small"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=64k", "none", small.toString()))
                .as("only root can mount the small disk of this test")
                .isZero();
        try {
            Files.write(small.resolve("config.json"), OLD);
            fill(small.resolve("rest"));

            assertThat(fails(small).code()).isEqualTo(FailureCode.DISK_FULL);
            assertThat(small.resolve("config.json")).hasBinaryContent(OLD);
            assertThat(small.resolve("config.json.tmp")).doesNotExist();
        } finally {
            run("umount", small.toString());
        }
    }

    private static void fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).start().waitFor();
    }

    private static CommandException fails(Path directory) {
        return catchThrowableOfType(CommandException.class, () -> new SavedFile(directory).save(NEW, false));
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(dataDir)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
