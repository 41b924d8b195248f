package io.statemanager.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.Command;
import io.statemanager.bus.Commands;
import io.statemanager.bus.Events;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Route;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the tables of {@code docs/api.md} against the descriptions. */
class ApiDocumentationTest {
    private final List<String> lines;

    ApiDocumentationTest() throws IOException {
        lines = Files.readAllLines(
                Path.of(System.getProperty("project.dir", ".")).resolve("docs").resolve("api.md"));
    }

    @Test
    void everyCommandHasItsRow() {
        List<String> expected =
                Commands.PUBLIC.stream().map(ApiDocumentationTest::row).toList();

        assertThat(rows("| command ")).containsExactlyElementsOf(expected);
    }

    @Test
    void everyCodeHasItsRow() {
        List<String> expected = Arrays.stream(FailureCode.values())
                .map(code -> "| `" + code.text() + "` | " + code.status() + " | " + code.title() + " |")
                .toList();

        assertThat(rows("| code ")).containsExactlyElementsOf(expected);
    }

    @Test
    void everyTopicIsNamed() {
        String page = String.join("\n", lines);

        assertThat(Events.TOPICS).allSatisfy(topic -> assertThat(page).contains("`" + topic + "`"));
    }

    private List<String> rows(String head) {
        List<String> rows = new ArrayList<>();
        int line = 0;
        while (!lines.get(line).startsWith(head)) {
            line++;
        }
        for (line += 2; lines.get(line).startsWith("|"); line++) {
            rows.add(lines.get(line));
        }
        return rows;
    }

    private static String row(Command<?, ?> command) {
        Route route = command.route().orElseThrow();
        String routes = route.paths().stream()
                .map(path -> "`" + route.method() + " " + path + "`")
                .collect(Collectors.joining(", "));
        String codes = command.failures().stream()
                .sorted(Comparator.comparing(FailureCode::text))
                .map(code -> "`" + code.text() + "`")
                .collect(Collectors.joining(", "));
        return "| `" + command.address() + "` | " + routes + (route.followed() ? " ⇉" : "") + " | "
                + members(command, route) + " | " + command.summary() + (codes.isEmpty() ? "" : " " + codes) + " |";
    }

    /** The members that are not in every path; a question mark for those that may stand in the query. */
    private static String members(Command<?, ?> command, Route route) {
        List<String> members = new ArrayList<>();
        for (RecordComponent component : command.request().getRecordComponents()) {
            String name = Schemas.name(component);
            if (component.getType() == ObjectNode.class) {
                members.add("a configuration");
            } else if (!route.paths().stream().allMatch(path -> path.contains("{" + name + "}"))) {
                members.add("`" + (route.query().contains(name) ? "?" : "") + name + "`");
            }
        }
        return members.isEmpty() ? "–" : String.join(", ", members);
    }
}
