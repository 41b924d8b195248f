package io.statemanager.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Holds JSON against a schema of an OpenAPI document: the keywords that ours uses; another one is a fault of the test. */
final class SchemaCheck {
    private static final List<String> KNOWN = List.of(
            "type", "format", "properties", "required", "additionalProperties", "items", "$ref", "enum", "description");

    private final JsonNode document;
    private final List<String> faults = new ArrayList<>();

    private SchemaCheck(JsonNode document) {
        this.document = document;
    }

    /** What does not fit, by its place. */
    static List<String> faults(JsonNode document, JsonNode schema, JsonNode value) {
        SchemaCheck check = new SchemaCheck(document);
        check.check("$", schema, value);
        return check.faults;
    }

    private void check(String at, JsonNode schema, JsonNode value) {
        schema.fieldNames().forEachRemaining(keyword -> {
            if (!KNOWN.contains(keyword)) {
                throw new AssertionError("the check does not know " + keyword);
            }
        });
        if (schema.has("$ref")) {
            JsonNode target = document.at(schema.get("$ref").asText().substring(1));
            if (target.isMissingNode()) {
                throw new AssertionError("nothing at " + schema.get("$ref"));
            }
            check(at, target, value);
            return;
        }
        if (schema.has("type") && !isOf(schema.get("type").asText(), value)) {
            faults.add(at + " is no " + schema.get("type").asText());
            return;
        }
        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            faults.add(at + " is none of the known values");
        }
        schema.path("required").forEach(name -> {
            if (!value.has(name.asText())) {
                faults.add(at + "." + name.asText() + " is missing");
            }
        });
        members(at, schema, value);
        if (schema.has("items")) {
            for (int i = 0; i < value.size(); i++) {
                check(at + "[" + i + "]", schema.get("items"), value.get(i));
            }
        }
    }

    private void members(String at, JsonNode schema, JsonNode value) {
        JsonNode others = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            JsonNode known = schema.path("properties").path(member.getKey());
            if (!known.isMissingNode()) {
                check(at + "." + member.getKey(), known, member.getValue());
            } else if (others.isObject()) {
                check(at + "." + member.getKey(), others, member.getValue());
            } else if (others.isBoolean() && !others.asBoolean()) {
                faults.add(at + "." + member.getKey() + " is not described");
            }
        }
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        for (JsonNode known : values) {
            if (known.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            default -> throw new AssertionError("the check does not know the type " + type);
        };
    }
}
