package io.statemanager.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.runtime.RunOptions.LogFormat;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputFormTest {
    private static final OutputLine LINE = new OutputLine(
            7, 1_700_000_000_123L, OutputLine.Stream.STDERR, "caf\u00e9 \"1\"\r".getBytes(StandardCharsets.UTF_8));

    @Test
    void textHasTheNameInFrontAndTheBytesAsTheyCame() {
        OutputForm form = new OutputForm(LogFormat.TEXT, "web");

        assertThat(form.prefix()).asString(StandardCharsets.UTF_8).isEqualTo("web | ");
        assertThat(form.text(LINE)).isEqualTo(LINE.bytes());
    }

    @Test
    void rawHasTheBytesAlone() {
        OutputForm form = new OutputForm(LogFormat.RAW, "web");

        assertThat(form.prefix()).isEmpty();
        assertThat(form.text(LINE)).isEqualTo(LINE.bytes());
    }

    @Test
    void jsonIsOneObjectALine() {
        OutputForm form = new OutputForm(LogFormat.JSON, "web");

        assertThat(form.prefix()).isEmpty();
        assertThat(form.text(LINE))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"time\":\"2023-11-14T22:13:20.123Z\",\"process\":\"web\",\"stream\":\"stderr\","
                        + "\"text\":\"caf\u00e9 \\\"1\\\"\"}");
    }
}
