package io.statemanager.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.Fault;
import io.statemanager.bus.Json;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One object of a configuration document while it is read: typed access by member, and a list of faults that all sections of the document
 * share. A faulty member counts as its default, so that reading goes on and finds the rest. A member that is null, an empty text, array or
 * object counts as absent. A fault never quotes a value, since that may be a secret.
 */
final class Section {
    private final ObjectNode node;
    private final String path;
    private final List<Fault> faults;
    private final Set<String> known = new HashSet<>();

    private Section(ObjectNode node, String path, List<Fault> faults) {
        this.node = node;
        this.path = path;
        this.faults = faults;
    }

    static Section root(ObjectNode document, List<Fault> faults) {
        return new Section(document, "", faults);
    }

    boolean has(String member) {
        return value(member) != null;
    }

    String text(String member, String absent) {
        return typed(member, JsonNode::isTextual, "a text is expected")
                .map(JsonNode::textValue)
                .orElse(absent);
    }

    Secret secret(String member) {
        String text = text(member, null);
        return text == null ? null : checked(member, text);
    }

    boolean flag(String member, boolean absent) {
        return typed(member, JsonNode::isBoolean, "true or false is expected")
                .map(JsonNode::booleanValue)
                .orElse(absent);
    }

    int count(String member, int absent) {
        return typed(member, value -> value.isIntegralNumber() && value.canConvertToInt(), "a whole number is expected")
                .map(JsonNode::intValue)
                .orElse(absent);
    }

    Duration duration(String member, Duration absent) {
        return parsed(member, DurationText.EXPECTED, DurationText::parse).orElse(absent);
    }

    long size(String member, long absent) {
        return parsed(member, SizeText.EXPECTED, SizeText::parse).orElse(absent);
    }

    <E extends Enum<E>> E choice(String member, Class<E> type, E absent) {
        return parsed(member, Choice.all(type) + " is expected", text -> Choice.parse(type, text))
                .orElse(absent);
    }

    /** An array of texts; empty where there is none. A faulty element is left out. */
    List<String> texts(String member) {
        List<String> texts = new ArrayList<>();
        JsonNode array = typed(member, JsonNode::isArray, "an array of texts is expected")
                .orElse(Json.object());
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i).isTextual()) {
                texts.add(array.get(i).textValue());
            } else {
                fault(member + "[" + i + "]", "a text is expected");
            }
        }
        return texts;
    }

    /** An object within; an empty section where there is none. */
    Section section(String member) {
        JsonNode value =
                typed(member, JsonNode::isObject, "an object is expected").orElse(Json.object());
        return new Section((ObjectNode) value, at(member), faults);
    }

    /** An object whose member names are the user's own; one that is null counts as absent. */
    <T> Map<String, T> entries(String member, BiFunction<Section, String, T> reader) {
        Section within = section(member);
        Map<String, T> entries = new LinkedHashMap<>();
        within.node.properties().forEach(entry -> {
            T value = entry.getValue().isNull() ? null : reader.apply(within, entry.getKey());
            if (value != null) {
                entries.put(entry.getKey(), value);
            }
        });
        return entries;
    }

    /** A text that may be empty, for the value of a variable; null where it is none. */
    Secret literal(String member) {
        JsonNode value = node.get(member);
        if (!value.isTextual()) {
            fault(member, "a text is expected");
            return null;
        }
        return checked(member, value.textValue());
    }

    /** A shown configuration that comes back as it is must not replace the secrets by their mask. */
    private Secret checked(String member, String text) {
        if (text.equals(Secret.MASK)) {
            fault(member, "is masked here: the secret itself is expected");
        }
        return Secret.of(text);
    }

    /** A directory, absolute and normalized; a relative one lies below the data directory. */
    Path directory(String member, String absent, Path dataDir) {
        String text = text(member, absent);
        if (text == null) {
            return null;
        }
        try {
            return dataDir.resolve(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            fault(member, "is not a path");
            return absent == null ? null : dataDir.resolve(absent);
        }
    }

    /** Makes the record of this section; what its rules say becomes faults of the document, except where reading found one already. */
    <T> T build(Supplier<T> record) {
        try {
            return record.get();
        } catch (CommandException e) {
            e.faults().stream()
                    .filter(fault ->
                            faults.stream().noneMatch(found -> found.path().equals(at(fault.path()))))
                    .forEach(fault -> fault(fault.path(), fault.message()));
            return null;
        }
    }

    /** Names every member that nobody asked for. */
    Section end() {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                fault(name, "unknown member");
            }
        });
        return this;
    }

    void fault(String member, String message) {
        faults.add(new Fault(at(member), message));
    }

    private <T> Optional<T> parsed(String member, String expected, Function<String, Optional<T>> parser) {
        Optional<JsonNode> value = typed(member, JsonNode::isTextual, expected);
        Optional<T> parsed = value.map(JsonNode::textValue).flatMap(parser);
        if (value.isPresent() && parsed.isEmpty()) {
            fault(member, expected);
        }
        return parsed;
    }

    private Optional<JsonNode> typed(String member, Predicate<JsonNode> type, String expected) {
        JsonNode value = value(member);
        if (value != null && !type.test(value)) {
            fault(member, expected);
            return Optional.empty();
        }
        return Optional.ofNullable(value);
    }

    private JsonNode value(String member) {
        known.add(member);
        JsonNode value = node.get(member);
        boolean absent = value == null
                || value.isNull()
                || (value.isTextual() && value.textValue().isEmpty())
                || (value.isContainerNode() && value.isEmpty());
        return absent ? null : value;
    }

    private String at(String member) {
        return path.isEmpty() || member.isEmpty() ? path + member : path + "." + member;
    }
}
