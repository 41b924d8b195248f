package io.statemanager.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;

class JudgesTest {

    @Test
    void missingJudgeEndsTheTest() {
        Class<? extends Throwable> expected =
                Boolean.getBoolean("judges.required") ? AssertionError.class : TestAbortedException.class;

        assertThatThrownBy(() -> Judges.require(Optional.empty(), "umpire"))
                .isInstanceOf(expected)
                .hasMessageContaining("umpire is missing")
                .hasMessageContaining("scripts/judges");
    }

    @ParameterizedTest
    @CsvSource({
        "restic, version, restic 0.",
        "restic-0.14, version, restic 0.14",
        "litestream, version, v0.5.18",
        "versitygw, --version, Version",
        "java25, -version, version \"25"
    })
    void judgeAnswersWithTheVersionThatTheTestsCountOn(String name, String argument, String answer) throws Exception {
        Path program = Judges.require(find(name), name);

        Process process = new ProcessBuilder(program.toString(), argument)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isZero();
        assertThat(said).contains(answer);
    }

    private static Optional<Path> find(String name) {
        return switch (name) {
            case "restic" -> Judges.restic();
            case "restic-0.14" -> Judges.restic014();
            case "litestream" -> Judges.litestream();
            case "versitygw" -> Judges.versitygw();
            default -> Judges.java25();
        };
    }
}
