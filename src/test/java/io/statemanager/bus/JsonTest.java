package io.statemanager.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"a\":2}|a member is given twice",
                "{\"a\":|malformed JSON",
                "{} {}|malformed JSON",
                "[1]|a JSON object is expected",
                "\"text\"|a JSON object is expected"
            })
    void faultsOfATextAreNamed(String text, String expected) {
        CommandException failure = catchThrowableOfType(
                CommandException.class,
                () -> Json.parse(text.getBytes(StandardCharsets.UTF_8), FailureCode.INVALID_REQUEST));

        assertThat(failure.detail()).startsWith(expected);
    }

    @Test
    void anErrorNeverQuotesAValue() {
        CommandException failure = catchThrowableOfType(
                CommandException.class,
                () -> Json.bind(
                        Json.parse(
                                "{\"id\":[\"hunter2\"]}".getBytes(StandardCharsets.UTF_8), FailureCode.INVALID_REQUEST),
                        CheckpointCommands.ById.class));

        assertThat(failure.detail()).isEqualTo("id: has the wrong type: string expected");
        assertThat(Problem.of(failure).toString()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "1.5", "true"})
    void nothingButATextBecomesAText(String value) {
        CommandException failure = catchThrowableOfType(
                CommandException.class,
                () -> Json.bind(
                        Json.parse(
                                ("{\"id\":" + value + "}").getBytes(StandardCharsets.UTF_8),
                                FailureCode.INVALID_REQUEST),
                        CheckpointCommands.ById.class));

        assertThat(failure.detail()).startsWith("id: ").contains("is not a valid string");
    }

    @Test
    void commentsAreForFilesOnly() {
        byte[] text = "{ // why\n \"id\": \"a\", }".getBytes(StandardCharsets.UTF_8);

        assertThat(Json.parseCommented(text, FailureCode.INVALID_CONFIGURATION)
                        .get("id")
                        .asText())
                .isEqualTo("a");
        assertThat(catchThrowableOfType(CommandException.class, () -> Json.parse(text, FailureCode.INVALID_REQUEST)))
                .isNotNull();
    }
}
