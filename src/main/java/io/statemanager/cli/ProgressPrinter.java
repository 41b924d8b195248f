package io.statemanager.cli;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Shows progress on the error output: on a terminal one line that is drawn over itself, elsewhere the sentences only. Confined to one thread.
 */
final class ProgressPrinter implements AutoCloseable {
    private static final String ERASE = "\r\u001b[K";

    private final Console console;
    private boolean drawn;

    ProgressPrinter(Console console) {
        this.console = console;
    }

    void line(JsonNode line) {
        String text = Texts.printable(line.path("data").asText());
        if (line.path("type").asText().equals("info")) {
            erase();
            console.err().println(text);
        } else if (console.terminal()) {
            console.err().print(ERASE + text + amount(line));
            console.err().flush();
            drawn = true;
        }
    }

    private static String amount(JsonNode line) {
        if (!line.has("done")) {
            return "";
        }
        return ": " + line.path("done").asText()
                + (line.has("total") ? " of " + line.path("total").asText() : "");
    }

    private void erase() {
        if (drawn) {
            console.err().print(ERASE);
            drawn = false;
        }
    }

    @Override
    public void close() {
        erase();
    }
}
