package io.statemanager.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationTest {
    private static final String FILE = "\"storage\":{\"type\":\"file\"}";

    @TempDir
    Path dataDir;

    @Test
    void theSmallestDocumentHasEveryDefault() {
        Configuration configuration = read("{" + FILE + "}");

        assertThat(configuration.name()).isEqualTo("default");
        assertThat(configuration.storage().type()).isEqualTo(StorageType.FILE);
        assertThat(configuration.storage().path()).isEqualTo(dataDir.resolve("objects"));
        assertThat(configuration.storage().envDir()).isEqualTo(dataDir.resolve("env"));
        assertThat(configuration.stacks()).containsExactly(Stack.LEASER, Stack.DB, Stack.FILES);
        assertThat(configuration.lease())
                .isEqualTo(new LeaseSettings(
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        OnLeaseLoss.FREEZE,
                        false));
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("{}", "storage.type: a bucket, or the type file is needed"),
                fault("{" + FILE + ",\"colour\":1}", "colour: unknown member"),
                fault(
                        "{" + FILE + ",\"lease\":{\"ttl\":30}}",
                        "lease.ttl: a duration like 90s, 100ms or 1h30m is expected"),
                fault(
                        "{" + FILE + ",\"lease\":{\"ttl\":\"20s\",\"margin\":\"5s\",\"lead\":\"2s\"}}",
                        "lease.ttl: more than three times margin and lead together is needed"),
                fault(
                        "{" + FILE + ",\"stacks\":[\"db\",\"disk\"]}",
                        "stacks[1]: unknown stack: leaser, db, files or juicefs is expected"),
                fault(
                        "{" + FILE + ",\"processes\":{\"web\":{\"command\":[\"\"]}}}",
                        "processes.web.command[0]: is empty"));
    }

    private static Arguments fault(String document, String... sentences) {
        return Arguments.of(document, List.of(sentences));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyFaultIsNamedAtItsPlace(String document, List<String> sentences) {
        CommandException failure = catchThrowableOfType(CommandException.class, () -> read(document));

        assertThat(failure.code()).isEqualTo(FailureCode.INVALID_CONFIGURATION);
        assertThat(failure.faults().stream().map(f -> f.path() + ": " + f.message()))
                .containsExactlyInAnyOrderElementsOf(sentences);
    }

    private Configuration read(String document) {
        return Configuration.read(
                Json.parse(document.getBytes(StandardCharsets.UTF_8), FailureCode.INVALID_CONFIGURATION), dataDir);
    }
}
