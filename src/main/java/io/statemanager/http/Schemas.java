package io.statemanager.http;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.Json;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON Schemas of the command records, read from the records themselves: what {@link Json} writes and binds. Each record is one component
 * under {@code #/components/schemas}. Confined to one thread.
 */
final class Schemas {
    private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE_CASE =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private final Map<String, ObjectNode> components = new TreeMap<>();

    /** Every record that was met, by its component's name. */
    Map<String, ObjectNode> components() {
        return components;
    }

    /** The schema of a type. */
    ObjectNode of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return container(generic);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return record(plain);
        }
        if (plain == Instant.class) {
            return text("string").put("format", "date-time");
        }
        if (plain == String.class) {
            return text("string");
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return text("boolean");
        }
        if (plain == int.class || plain == Integer.class || plain == long.class || plain == Long.class) {
            return text("integer").put("format", plain == int.class || plain == Integer.class ? "int32" : "int64");
        }
        if (plain == ObjectNode.class) {
            return text("object");
        }
        if (plain == JsonNode.class || plain == Object.class) {
            return Json.object();
        }
        throw new IllegalArgumentException(
                "no schema for " + plain + "; commands are made of records, texts and numbers");
    }

    /** One component of a record by its JSON name. */
    ObjectNode member(Class<?> type, String name) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (name(component).equals(name)) {
                return of(component.getGenericType());
            }
        }
        throw new IllegalArgumentException(type + " has no member " + name);
    }

    static String name(RecordComponent component) {
        return SNAKE_CASE.translate(component.getName());
    }

    private ObjectNode container(ParameterizedType generic) {
        Type[] arguments = generic.getActualTypeArguments();
        if (generic.getRawType() == List.class) {
            ObjectNode schema = text("array");
            schema.set("items", of(arguments[0]));
            return schema;
        }
        if (generic.getRawType() == Map.class) {
            ObjectNode schema = text("object");
            schema.set("additionalProperties", of(arguments[1]));
            return schema;
        }
        throw new IllegalArgumentException("no schema for " + generic);
    }

    private ObjectNode record(Class<?> type) {
        String name = componentName(type);
        if (!components.containsKey(name)) {
            // Entered before its members are read, for records that hold themselves.
            ObjectNode schema = text("object");
            components.put(name, schema);
            describe(type, schema);
        }
        return Json.object().put("$ref", "#/components/schemas/" + name);
    }

    private void describe(Class<?> type, ObjectNode schema) {
        if (isDelegated(type)) {
            return;
        }
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = Json.object().putArray("required");
        for (RecordComponent component : type.getRecordComponents()) {
            properties.set(name(component), of(component.getGenericType()));
            if (component.getType().isPrimitive()) {
                required.add(name(component));
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        schema.put("additionalProperties", false);
    }

    /** Whether the record stands for a whole document of its own. */
    private static boolean isDelegated(Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getAccessor().isAnnotationPresent(JsonValue.class)) {
                return true;
            }
        }
        return false;
    }

    /** For example {@code CheckpointCommands.Created} as {@code Checkpoint.Created}. */
    private static String componentName(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return outer == null
                ? type.getSimpleName()
                : outer.getSimpleName().replaceFirst("Commands$", "") + "." + type.getSimpleName();
    }

    private static ObjectNode text(String type) {
        return Json.object().put("type", type);
    }
}
