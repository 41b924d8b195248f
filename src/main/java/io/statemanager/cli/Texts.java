package io.statemanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Values as people read them. What came from elsewhere loses its control characters, so that no name or log line steers a terminal. */
final class Texts {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Texts() {}

    /** A member's text, {@code -} where there is none. */
    static String of(JsonNode node, String member) {
        JsonNode value = node.path(member);
        if (value.isMissingNode()
                || value.isNull()
                || (value.isTextual() && value.asText().isEmpty())) {
            return "-";
        }
        if (value.isArray()) {
            StringJoiner words = new StringJoiner(" ");
            value.forEach(word -> words.add(printable(word.asText())));
            return words.toString();
        }
        return printable(value.isValueNode() ? value.asText() : value.toString());
    }

    /** A number of things: {@code 1 file}, {@code 2 files}. */
    static String count(long number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    /** The same with a member's number. */
    static String count(JsonNode node, String member, String thing) {
        return node.hasNonNull(member) ? count(node.get(member).asLong(), thing) : "- " + thing + "s";
    }

    static String printable(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> plain.appendCodePoint(Character.isISOControl(c) && c != '\t' ? 0xFFFD : c));
        return plain.toString();
    }

    /** For example {@code 3.4 MiB}. */
    static String bytes(JsonNode node, String member) {
        if (!node.has(member)) {
            return "-";
        }
        double value = node.get(member).asLong();
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** For example {@code 850 ms}, {@code 3.2 s}, {@code 2h 5m}. */
    static String milliseconds(JsonNode node, String member) {
        if (!node.has(member)) {
            return "-";
        }
        long ms = node.get(member).asLong();
        if (ms < 1000) {
            return ms + " ms";
        }
        long seconds = ms / 1000;
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", ms / 1000.0);
        }
        if (seconds < 3600) {
            return seconds / 60 + "m " + seconds % 60 + "s";
        }
        return seconds < 86_400
                ? seconds / 3600 + "h " + seconds / 60 % 60 + "m"
                : seconds / 86_400 + "d " + seconds / 3600 % 24 + "h";
    }

    /** A point in time without its fraction. */
    static String time(JsonNode node, String member) {
        return of(node, member).replaceFirst("\\.\\d+Z$", "Z");
    }

    /** Rows in columns that are as wide as their widest cell. */
    static List<String> table(List<List<String>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(
                        widths[i], row.get(i).codePointCount(0, row.get(i).length()));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int length = row.get(i).codePointCount(0, row.get(i).length());
                line.append(row.get(i)).append(" ".repeat(widths[i] - length + 2));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
