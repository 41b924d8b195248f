package io.statemanager.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.bus.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTest {
    @TempDir
    Path dataDir;

    @Test
    void theFirstStartMakesOneAndTheNextUsesIt() throws IOException {
        Token made = Token.load(null, dataDir);
        Path file = dataDir.resolve("token");
        String text = Files.readString(file).strip();

        assertThat(text).hasSizeGreaterThanOrEqualTo(43);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(made.isCarriedBy("Bearer " + text)).isTrue();
        assertThat(Token.load(" ", dataDir).isCarriedBy("Bearer " + text)).isTrue();
        try (var files = Files.list(dataDir)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void theVariableWinsAndNothingIsMade() {
        assertThat(Token.load("abc", dataDir).isCarriedBy("Bearer abc")).isTrue();
        assertThat(dataDir).isEmptyDirectory();
    }

    @Test
    void anEmptyFileIsAnErrorAndNeverAnOpenDoor() throws IOException {
        Files.writeString(dataDir.resolve("token"), "\n");

        assertThatThrownBy(() -> Token.load(null, dataDir)).isInstanceOf(CommandException.class);
    }

    @Test
    void whatIsLeftOfAnInterruptedStartIsReplaced() throws IOException {
        Files.writeString(dataDir.resolve("token.tmp"), "half");

        assertThat(Token.load(null, dataDir).isCarriedBy("Bearer half")).isFalse();
        assertThat(dataDir.resolve("token.tmp")).doesNotExist();
    }

    @Test
    void itsTextFormSaysNothing() {
        assertThat(Token.of("abc")).hasToString("***");
        assertThatThrownBy(() -> Token.of("a b")).hasMessageNotContaining("a b");
    }
}
