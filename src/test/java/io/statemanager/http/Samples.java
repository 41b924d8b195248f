package io.statemanager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.Json;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Values of command records: with every member there, or with only those that cannot be left out. */
final class Samples {
    private Samples() {}

    static Object of(Type type, boolean full) {
        if (type instanceof ParameterizedType generic) {
            boolean list = generic.getRawType() == List.class;
            Type held = generic.getActualTypeArguments()[list ? 0 : 1];
            return list ? List.of(of(held, full)) : Map.of("a", of(held, full));
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return record(plain, full);
        }
        if (plain == int.class || plain == Integer.class) {
            return 7;
        }
        if (plain == long.class || plain == Long.class) {
            return 1L << 40;
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return true;
        }
        if (plain == Instant.class) {
            return Instant.EPOCH;
        }
        if (plain == ObjectNode.class || plain == JsonNode.class) {
            return Json.object().put("any", 1);
        }
        return "text";
    }

    private static Object record(Class<?> type, boolean full) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Arrays.stream(components)
                .map(component -> full || component.getType().isPrimitive() || component.getType() == ObjectNode.class
                        ? of(component.getGenericType(), full)
                        : null)
                .toArray();
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " cannot be made", e);
        }
    }
}
