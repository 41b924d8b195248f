package io.statemanager.config;

import static io.statemanager.config.Documents.FILE;
import static io.statemanager.config.Documents.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigSourcesTest {
    private static final Map<String, String> COMPLETE = Map.of(
            "FLY_STORAGE_BUCKET", "from-variables",
            "FLY_STORAGE_ENDPOINT", "http://127.0.0.1:9000",
            "FLY_STORAGE_ACCESS_KEY", "AKIDEXAMPLE",
            "FLY_STORAGE_SECRET_KEY", "hunter2secret");

    @TempDir
    Path directory;

    private Path dataDir;
    private Path file;

    @BeforeEach
    void directories() throws IOException {
        dataDir = Files.createDirectory(directory.resolve("data"));
        file = directory.resolve("production.json");
    }

    /** Every combination of the three sources, each absent, good or broken. */
    @ParameterizedTest
    @CsvSource({
        "none,   none,   none,   unconfigured",
        "none,   none,   good,   VARIABLES",
        "none,   none,   broken, unconfigured",
        "none,   good,   none,   SAVED",
        "none,   good,   good,   conflict",
        "none,   good,   broken, SAVED",
        "none,   broken, none,   unconfigured",
        "none,   broken, good,   conflict",
        "none,   broken, broken, unconfigured",
        "good,   none,   none,   FILE",
        "good,   none,   good,   conflict",
        "good,   none,   broken, FILE",
        "good,   good,   none,   conflict",
        "good,   good,   good,   conflict",
        "good,   good,   broken, conflict",
        "good,   broken, none,   conflict",
        "good,   broken, good,   conflict",
        "good,   broken, broken, conflict",
        "broken, none,   none,   failure",
        "broken, none,   good,   conflict",
        "broken, good,   none,   conflict",
        "broken, broken, broken, conflict"
    })
    void exactlyOneSourceMayBeThere(String given, String saved, String variables, String expected) throws IOException {
        write(file, given);
        write(dataDir.resolve("config.json"), saved);
        Map<String, String> environment = new HashMap<>(variables.equals("none") ? Map.of() : COMPLETE);
        if (variables.equals("broken")) {
            environment.remove("FLY_STORAGE_SECRET_KEY");
        }

        assertThat(outcome(given.equals("none") ? null : file, environment)).isEqualTo(expected);
    }

    private void write(Path path, String kind) throws IOException {
        if (!kind.equals("none")) {
            Files.write(path, bytes(kind.equals("good") ? "{" + FILE + "}" : "{'storage':{'type':"));
        }
    }

    private String outcome(Path configFile, Map<String, String> environment) {
        try {
            Loaded loaded = ConfigSources.load(dataDir, configFile, environment);
            if (loaded instanceof Loaded.Configured configured) {
                return configured.origin().name();
            }
            return loaded instanceof Loaded.Conflict ? "conflict" : "unconfigured";
        } catch (CommandException e) {
            return "failure";
        }
    }

    @Test
    void aConflictNamesItsSources() throws IOException {
        Files.write(dataDir.resolve("config.json"), bytes("{" + FILE + "}"));

        Loaded.Conflict conflict = (Loaded.Conflict) ConfigSources.load(dataDir, null, COMPLETE);

        assertThat(Loaded.Conflict.SENTENCE)
                .isEqualTo("configuration conflict: both environment variables and config file exist");
        assertThat(conflict.sources())
                .containsExactly(
                        "the saved file " + dataDir.resolve("config.json"), "the environment variables FLY_STORAGE_*");
    }

    @Test
    void variablesAreTrimmedAndStacksSplit() {
        Map<String, String> environment = new HashMap<>(COMPLETE);
        environment.put("FLY_STORAGE_BUCKET", "  spaced \n");
        environment.put("FLY_STORAGE_REGION", " ");
        environment.put("FLY_STORAGE_KEY_PREFIX", " /a/ ");
        environment.put("FLY_STACKS", " leaser , db ,, ");

        Configuration configuration = configured(environment);

        assertThat(configuration.storage().bucket()).isEqualTo("spaced");
        assertThat(configuration.storage().region()).isEqualTo("auto");
        assertThat(configuration.storage().keyPrefix()).isEqualTo("a");
        assertThat(configuration.stacks()).containsExactly(Stack.LEASER, Stack.DB);
    }

    @Test
    void aSetThatMakesNoConfigurationIsNamedByItsVariables() {
        Map<String, String> environment = Map.of(
                "FLY_STORAGE_ENDPOINT", "http://127.0.0.1:9000",
                "FLY_STORAGE_SECRET_KEY", "hunter2secret",
                "FLY_STORAGE_SECRET", "hunter2typo",
                "FLY_STACKS", "db,disk");

        Loaded loaded = ConfigSources.load(dataDir, null, environment);

        assertThat(loaded).isInstanceOf(Loaded.Unconfigured.class);
        assertThat(loaded.warnings())
                .containsExactly(
                        "the environment variable FLY_STORAGE_SECRET is not known and has no effect",
                        "the environment variables FLY_STACKS, FLY_STORAGE_ENDPOINT, FLY_STORAGE_SECRET_KEY make no"
                                + " configuration: FLY_STORAGE_BUCKET is required for type s3;"
                                + " FLY_STORAGE_ACCESS_KEY is missing beside secret_key;"
                                + " FLY_STACKS unknown stack: leaser, db, files or juicefs is expected");
        assertThat(loaded.toString()).doesNotContain("hunter2");
    }

    @Test
    void waitingForConfigurationLeavesTheVariablesAside() throws IOException {
        Map<String, String> environment = new HashMap<>(COMPLETE);
        environment.put("FLY_ENV_WAIT_FOR_CONFIG", "1");

        assertThat(ConfigSources.load(dataDir, null, environment))
                .isEqualTo(new Loaded.Unconfigured(java.util.List.of()));

        Files.write(dataDir.resolve("config.json"), bytes("{" + FILE + "}"));
        assertThat(ConfigSources.load(dataDir, null, environment)).isInstanceOf(Loaded.Configured.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{'storage':{'type':'file'}}x",
                "{'name':'a','name':'b','storage':{'type':'file'}}",
                "{'storage':{'bucket':'hunter2",
                "{'format':9,'storage':{'type':'file'}}"
            })
    void aBrokenSavedFileIsToldAndLeftAsItIs(String content) throws IOException {
        Path saved = Files.write(dataDir.resolve("config.json"), bytes(content));

        Loaded loaded = ConfigSources.load(dataDir, null, Map.of());

        assertThat(loaded).isInstanceOf(Loaded.Unconfigured.class);
        assertThat(loaded.warnings()).hasSize(1);
        assertThat(loaded.warnings().get(0))
                .startsWith("the saved configuration is not used and left as it is: ")
                .doesNotContain("hunter2");
        assertThat(saved).hasBinaryContent(bytes(content));
    }

    @Test
    void aFileMayHaveCommentsButNoMemberTwice() throws IOException {
        Files.write(file, bytes("{\n // why\n 'name': 'a', # and how\n /* or */ " + FILE + ",\n}"));
        assertThat(((Loaded.Configured) ConfigSources.load(dataDir, file, Map.of()))
                        .configuration()
                        .name())
                .isEqualTo("a");

        Files.write(file, bytes("{'name':'a','name':'b'," + FILE + "}"));
        CommandException twice = failure();
        assertThat(twice.code()).isEqualTo(FailureCode.INVALID_CONFIGURATION);
        assertThat(twice.detail()).startsWith("a member is given twice (line 1");
        assertThat(twice.hint()).isEqualTo("in " + file);
    }

    @Test
    void aFileAskedForByNameMustBeThere() {
        CommandException failure = failure();

        assertThat(failure.code()).isEqualTo(FailureCode.DIRECTORY_FAILED);
        assertThat(failure.detail()).isEqualTo("the configuration " + file + " cannot be read: it does not exist");
    }

    @Test
    void aFileBeyondTheLimitIsNotRead() throws IOException {
        Files.write(file, bytes("{" + FILE + "}" + " ".repeat(SavedFile.LIMIT)));

        assertThat(failure().detail()).endsWith("it has more than 1 MiB");
    }

    private CommandException failure() {
        return catchThrowableOfType(CommandException.class, () -> ConfigSources.load(dataDir, file, Map.of()));
    }

    private Configuration configured(Map<String, String> environment) {
        return ((Loaded.Configured) ConfigSources.load(dataDir, null, environment)).configuration();
    }
}
