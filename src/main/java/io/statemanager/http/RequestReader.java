package io.statemanager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.statemanager.bus.Command;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import io.statemanager.bus.Json;
import io.statemanager.bus.Route;
import io.vertx.core.MultiMap;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes a command's request record from the parts of an HTTP request: the body's members, those of the path, and those that the route permits
 * in the query, which are texts and become what the record's component is. A member that is unknown, or given in two places, is a fault.
 * Immutable.
 */
final class RequestReader<Q> {
    private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE_CASE =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private final Class<Q> type;
    private final Set<String> permitted;
    private final Map<String, Class<?>> components = new LinkedHashMap<>();

    RequestReader(Command<Q, ?> command) {
        this.type = command.request();
        this.permitted = command.route().map(Route::query).orElse(Set.of());
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(SNAKE_CASE.translate(component.getName()), component.getType());
        }
    }

    /**
     * @param body the body's bytes, empty for none
     * @throws CommandException {@code invalid_request} with the fault's place
     */
    Q read(byte[] body, Map<String, String> path, MultiMap query) {
        ObjectNode members = Json.parse(body, FailureCode.INVALID_REQUEST);
        path.forEach((name, text) -> put(members, name, text));
        for (String name : query.names()) {
            List<String> values = query.getAll(name);
            if (!permitted.contains(name)) {
                throw fault(name, "unknown query member" + hint());
            }
            if (values.size() > 1) {
                throw fault(name, "is given twice");
            }
            put(members, name, values.get(0));
        }
        return Json.bind(members, type);
    }

    private void put(ObjectNode members, String name, String text) {
        if (members.has(name)) {
            throw fault(name, "is given twice: in the body and in the path or query");
        }
        members.set(name, convert(name, text));
    }

    private JsonNode convert(String name, String text) {
        Class<?> component = components.get(name);
        if (component == Boolean.class || component == boolean.class) {
            return switch (text) {
                case "true", "" -> BooleanNode.TRUE;
                case "false" -> BooleanNode.FALSE;
                default -> throw fault(name, "is not a valid boolean: true or false expected");
            };
        }
        if (component != null && (component.isPrimitive() || Number.class.isAssignableFrom(component))) {
            if (!text.matches("-?\\d{1,18}")) {
                throw fault(name, "is not a valid number");
            }
            return LongNode.valueOf(Long.parseLong(text));
        }
        return TextNode.valueOf(text);
    }

    private String hint() {
        return permitted.isEmpty()
                ? ""
                : Stream.of(permitted)
                        .flatMap(Set::stream)
                        .sorted()
                        .collect(Collectors.joining(", ", ", expected: ", ""));
    }

    private static CommandException fault(String name, String message) {
        return CommandException.invalid(FailureCode.INVALID_REQUEST, List.of(new Fault(name, message)));
    }
}
