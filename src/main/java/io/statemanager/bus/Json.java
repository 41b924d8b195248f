package io.statemanager.bus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * JSON as every door and document of ours has it: members in snake_case, unknown and repeated ones refused, no silent conversion between
 * types, nulls left out. A text that does not fit fails with a {@link CommandException} that names the place by its path and never quotes a
 * value, since that may be a secret.
 */
public final class Json {
    private static final ObjectMapper MAPPER = mapper();
    private static final ObjectReader LENIENT = MAPPER.reader()
            .with(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .with(JsonReadFeature.ALLOW_YAML_COMMENTS)
            .with(JsonReadFeature.ALLOW_TRAILING_COMMA);

    private Json() {}

    private static ObjectMapper mapper() {
        return JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                // A question that a record answers about itself (isVoid) is no member of its document.
                .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .withCoercionConfig(
                        LogicalType.Textual,
                        texts -> texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .addModule(new SimpleModule()
                        .addSerializer(Instant.class, ToStringSerializer.instance)
                        .addDeserializer(Instant.class, new InstantReader()))
                .build();
    }

    /** A new, empty object. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A value as a tree. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** A value as one line of text. */
    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw CommandException.of(
                    FailureCode.INTERNAL, "a value cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A value as the bytes of a document, indented for people. */
    public static byte[] document(Object value) {
        try {
            return (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw CommandException.of(
                    FailureCode.INTERNAL, "a document cannot be written: " + e.getOriginalMessage(), e);
        }
    }

    /** Parses one object from bytes; an empty text is an empty object. */
    public static ObjectNode parse(byte[] bytes, FailureCode onFault) {
        return parse(MAPPER.reader(), bytes, onFault);
    }

    /** The same for a file that people write: comments and a trailing comma are accepted. */
    public static ObjectNode parseCommented(byte[] bytes, FailureCode onFault) {
        return parse(LENIENT, bytes, onFault);
    }

    private static ObjectNode parse(ObjectReader reader, byte[] bytes, FailureCode onFault) {
        try {
            JsonNode node = reader.readTree(bytes);
            if (node == null || node.isMissingNode()) {
                return object();
            }
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw invalid(
                    onFault,
                    "",
                    "a JSON object is expected, not "
                            + node.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
        } catch (MismatchedInputException e) {
            throw invalid(onFault, "", "malformed JSON: something follows the object");
        } catch (IOException e) {
            throw onFault(onFault, e);
        }
    }

    /** Binds a tree to a record; faults are {@code invalid_request}. */
    public static <T> T bind(JsonNode tree, Class<T> type) {
        return bind(tree, type, FailureCode.INVALID_REQUEST);
    }

    /** Binds a tree to a record, with the code that a fault gets. */
    public static <T> T bind(JsonNode tree, Class<T> type, FailureCode onFault) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw onFault(onFault, e);
        }
    }

    static <T> T bind(JsonObject body, Class<T> type) {
        return bind(parse(body.encode().getBytes(StandardCharsets.UTF_8), FailureCode.INVALID_REQUEST), type);
    }

    private static CommandException onFault(FailureCode code, IOException e) {
        if (e instanceof ValueInstantiationException && e.getCause() instanceof CommandException known) {
            return known;
        }
        if (e instanceof UnrecognizedPropertyException unknown) {
            return invalid(code, path(unknown), "unknown member");
        }
        if (e instanceof InvalidFormatException format) {
            return invalid(code, path(format), "is not a valid " + typeName(format.getTargetType()));
        }
        if (e instanceof MismatchedInputException mismatch) {
            return invalid(code, path(mismatch), "has the wrong type" + expected(mismatch));
        }
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            return invalid(code, path(mapping), "is out of range");
        }
        if (e instanceof JsonProcessingException syntax) {
            String at = syntax.getLocation() == null
                    ? ""
                    : " (line " + syntax.getLocation().getLineNr() + ", column "
                            + syntax.getLocation().getColumnNr() + ")";
            boolean twice = syntax.getOriginalMessage() != null
                    && syntax.getOriginalMessage().startsWith("Duplicate field");
            return invalid(code, "", (twice ? "a member is given twice" : "malformed JSON") + at);
        }
        return invalid(code, "", "the text cannot be read");
    }

    private static String expected(MismatchedInputException e) {
        return e.getTargetType() == null ? "" : ": " + typeName(e.getTargetType()) + " expected";
    }

    private static String typeName(Class<?> type) {
        if (type == null) {
            return "value";
        }
        if (type == String.class) {
            return "string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "number";
        }
        if (List.class.isAssignableFrom(type)) {
            return "array";
        }
        return type == Instant.class ? "time" : "object";
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(ref -> ref.getFieldName() == null ? "[" + ref.getIndex() + "]" : "." + ref.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    private static CommandException invalid(FailureCode code, String path, String message) {
        return CommandException.invalid(code, List.of(new Fault(path, message)));
    }

    private static final class InstantReader extends JsonDeserializer<Instant> {
        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                return (Instant) context.handleUnexpectedToken(Instant.class, parser);
            }
            try {
                return Instant.parse(parser.getText());
            } catch (java.time.format.DateTimeParseException e) {
                return (Instant) context.handleWeirdStringValue(Instant.class, "", "not a time");
            }
        }
    }
}
