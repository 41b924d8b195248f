package io.statemanager.replication;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.FailureCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What {@code database.query} accepts, and how its values travel as JSON: blobs as Base64 text. Pure. */
final class Queries {
    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 1000;
    private static final Set<String> READING = Set.of("SELECT", "WITH", "VALUES", "EXPLAIN");

    private Queries() {}

    /** Refuses what does not read; the connection allows no write either. */
    static void check(DatabaseCommands.Query query) {
        String sql = query.sql() == null ? "" : query.sql().strip();
        String first = sql.split("[^A-Za-z]", 2)[0].toUpperCase(Locale.ROOT);
        if (!READING.contains(first)) {
            throw CommandException.of(
                    FailureCode.INVALID_REQUEST, "sql: only SELECT, WITH, VALUES and EXPLAIN are accepted");
        }
        if (query.limit() != null && (query.limit() < 1 || query.limit() > MAX_LIMIT)) {
            throw CommandException.of(FailureCode.INVALID_REQUEST, "limit: 1 to " + MAX_LIMIT + " is accepted");
        }
    }

    static Tuple parameters(List<JsonNode> values) {
        Tuple tuple = Tuple.tuple();
        for (JsonNode value : values == null ? List.<JsonNode>of() : values) {
            tuple.addValue(parameter(value));
        }
        return tuple;
    }

    private static Object parameter(JsonNode value) {
        if (value == null || value.isNull()) {
            return null;
        }
        if (value.isTextual()) {
            return value.textValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? 1 : 0;
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        if (value.isNumber()) {
            return value.doubleValue();
        }
        throw CommandException.of(
                FailureCode.INVALID_REQUEST, "parameters: text, numbers, true, false and null are accepted");
    }

    static int limit(Integer wanted) {
        return wanted == null ? DEFAULT_LIMIT : wanted;
    }

    static JsonNode json(Object value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (value == null) {
            return json.nullNode();
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short) {
            return json.numberNode(((Number) value).longValue());
        }
        if (value instanceof Number number) {
            return json.numberNode(number.doubleValue());
        }
        if (value instanceof Buffer buffer) {
            return json.textNode(Base64.getEncoder().encodeToString(buffer.getBytes()));
        }
        if (value instanceof byte[] bytes) {
            return json.textNode(Base64.getEncoder().encodeToString(bytes));
        }
        return json.textNode(value.toString());
    }
}
