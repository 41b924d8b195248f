package io.statemanager.supervision;

import io.statemanager.bus.Json;
import io.statemanager.runtime.RunOptions.LogFormat;
import java.nio.charset.StandardCharsets;

/** How the lines of one process appear on the manager's own outputs. Immutable. */
final class OutputForm {
    private static final byte[] NOTHING = {};

    private final LogFormat format;
    private final String name;
    private final byte[] prefix;

    OutputForm(LogFormat format, String name) {
        this.format = format;
        this.name = name;
        this.prefix = format == LogFormat.TEXT ? (name + " | ").getBytes(StandardCharsets.UTF_8) : NOTHING;
    }

    /** What stands before the line. */
    byte[] prefix() {
        return prefix;
    }

    /** The line itself: its bytes as they came, or a JSON object with its text. */
    byte[] text(OutputLine line) {
        if (format != LogFormat.JSON) {
            return line.bytes();
        }
        return Json.text(Json.object()
                        .put("time", line.time().toString())
                        .put("process", name)
                        .put("stream", line.stream().word())
                        .put("text", line.text()))
                .getBytes(StandardCharsets.UTF_8);
    }
}
