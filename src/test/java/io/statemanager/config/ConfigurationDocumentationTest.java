package io.statemanager.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds {@code docs/configuration.md} and the examples against the records. */
class ConfigurationDocumentationTest {
    private static final Path PROJECT = Path.of(System.getProperty("project.dir", ""));
    private static final String NONE = "–";
    private static final Pattern ROW = Pattern.compile("\\| `([a-z_.<>]+)` \\| ([^|]+) \\| (yes|no|–) \\|.*");

    @TempDir
    Path dataDir;

    private record Row(String fallback, String live) {}

    @Test
    void theTableNamesEverySettingAndNoOther() throws IOException {
        Set<String> settings = new TreeSet<>(Set.of("format"));
        paths("", Configuration.class, settings);

        assertThat(table().keySet()).containsExactlyInAnyOrderElementsOf(settings);
    }

    @Test
    void theTableHasTheDefaultsOfTheCode() throws IOException {
        JsonNode bucket =
                shown("{'storage':{'bucket':'b'},'processes':{'<name>':{'command':['x']}}}".replace("<name>", "p"));
        JsonNode file = shown("{'storage':{'type':'file'}}");

        table().forEach((path, row) -> {
            String pointer = "/" + path.replace("<name>", "p").replace('.', '/');
            String expected = given(path) ? NONE : text((path.equals("storage.path") ? file : bucket).at(pointer));
            assertThat(row.fallback()).as(path).isEqualTo(expected);
        });
    }

    @Test
    void theTableSaysWhatIsLive() throws IOException {
        table().forEach((path, row) -> {
            if (!path.equals("format")) {
                assertThat(row.live()).as(path).isEqualTo(Changes.isLive(path) ? "yes" : "no");
            }
        });
    }

    @Test
    void everyVariableIsDocumented() throws IOException {
        String page = page();

        assertThat(Variables.names()).hasSize(8).allMatch(name -> page.contains("| `" + name + "` |"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"production.json", "dev.json"})
    void theExamplesAreValid(String name) {
        Configuration example = ConfigSources.readFile(PROJECT.resolve("conf").resolve(name), dataDir);

        assertThat(example.stacks()).isEqualTo(Defaults.STACKS);
    }

    /** What the minimal documents of this test give themselves has no default. */
    private static boolean given(String path) {
        return path.equals("storage.bucket") || path.endsWith(".command");
    }

    private static void paths(String prefix, Class<?> type, Set<String> paths) {
        for (RecordComponent component : type.getRecordComponents()) {
            String path = prefix + RecordTree.member(component);
            if (component.getType().isRecord()) {
                paths(path + ".", component.getType(), paths);
            } else if (component.getGenericType() instanceof ParameterizedType map
                    && map.getActualTypeArguments().length == 2
                    && ((Class<?>) map.getActualTypeArguments()[1]).isRecord()) {
                paths(path + ".<name>.", (Class<?>) map.getActualTypeArguments()[1], paths);
            } else {
                paths.add(path);
            }
        }
    }

    private JsonNode shown(String document) {
        return ConfigDocuments.masked(Configuration.read(Documents.document(document), dataDir));
    }

    private String text(JsonNode value) {
        if (value.isArray()) {
            return value.isEmpty()
                    ? NONE
                    : StreamSupport.stream(value.spliterator(), false)
                            .map(this::text)
                            .collect(Collectors.joining(", "));
        }
        String text = value.asText().replace(dataDir + "/", "");
        return value.isMissingNode() || value.isObject() || text.isEmpty() ? NONE : "`" + text + "`";
    }

    private static Map<String, Row> table() throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        for (String line : page().split("\n", -1)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.put(row.group(1), new Row(row.group(2), row.group(3)));
            }
        }
        return rows;
    }

    private static String page() throws IOException {
        return Files.readString(PROJECT.resolve("docs").resolve("configuration.md"));
    }
}
