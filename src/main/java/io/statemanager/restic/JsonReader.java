package io.statemanager.restic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads JSON as a stream, forgiving what Go forgives (null for any value, unknown members) and naming the object that it belongs to where it does not fit.
 * Confined to one thread.
 */
final class JsonReader implements Closeable {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonParser parser;
    private final String object;

    JsonReader(InputStream in, String object) throws IOException {
        this.parser = FACTORY.createParser(in);
        this.object = object;
    }

    /** Enters the object that is the next value. */
    void beginObject() throws IOException {
        expect(JsonToken.START_OBJECT);
    }

    /** As {@link #beginObject}; false where the next value is null. */
    boolean beginObjectOrNull() throws IOException {
        JsonToken token = advance();
        if (token != JsonToken.START_OBJECT && token != JsonToken.VALUE_NULL) {
            throw unexpected(token);
        }
        return token == JsonToken.START_OBJECT;
    }

    /** The next member's name, its value being next; null where the object ends. */
    String nextField() throws IOException {
        JsonToken token = advance();
        if (token == JsonToken.END_OBJECT) {
            return null;
        }
        if (token != JsonToken.FIELD_NAME) {
            throw unexpected(token);
        }
        return parser.currentName();
    }

    /** Enters the array that is the next value; false where it is null. */
    boolean beginArray() throws IOException {
        JsonToken token = advance();
        if (token == JsonToken.VALUE_NULL) {
            return false;
        }
        if (token != JsonToken.START_ARRAY) {
            throw unexpected(token);
        }
        return true;
    }

    /** Whether the array has another element, which is an object and is entered. */
    boolean nextObject() throws IOException {
        JsonToken token = advance();
        if (token == JsonToken.END_ARRAY) {
            return false;
        }
        if (token != JsonToken.START_OBJECT) {
            throw unexpected(token);
        }
        return true;
    }

    /** A string; empty where it is null. */
    String string() throws IOException {
        JsonToken token = advance();
        if (token == JsonToken.VALUE_NULL) {
            return "";
        }
        if (token != JsonToken.VALUE_STRING) {
            throw unexpected(token);
        }
        return text();
    }

    /** A whole number of at most 64 bits, unsigned ones with the top bit set being negative. */
    long number() throws IOException {
        JsonToken token = advance();
        if (token == JsonToken.VALUE_NULL) {
            return 0;
        }
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw unexpected(token);
        }
        String digits = text();
        try {
            return digits.startsWith("-") ? Long.parseLong(digits) : Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            throw new CorruptObject(object, "a number does not fit", e);
        }
    }

    /** A whole number within limits. */
    long number(long min, long max) throws IOException {
        long value = number();
        if (value < min || value > max) {
            throw new CorruptObject(object, "a number is out of range: " + value);
        }
        return value;
    }

    boolean bool() throws IOException {
        JsonToken token = advance();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE && token != JsonToken.VALUE_NULL) {
            throw unexpected(token);
        }
        return token == JsonToken.VALUE_TRUE;
    }

    /** Bytes as base64; null where it is null. */
    byte[] base64() throws IOException {
        JsonToken token = advance();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token != JsonToken.VALUE_STRING) {
            throw unexpected(token);
        }
        try {
            return java.util.Base64.getDecoder().decode(text());
        } catch (IllegalArgumentException e) {
            throw new CorruptObject(object, "a value is not base64", e);
        }
    }

    /** An id; null where it is null. */
    Id id() throws IOException {
        JsonToken token = advance();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        return idHere(token);
    }

    /** A list of ids; empty where it is null. */
    List<Id> ids() throws IOException {
        List<Id> ids = new ArrayList<>();
        if (beginArray()) {
            for (JsonToken token = advance(); token != JsonToken.END_ARRAY; token = advance()) {
                ids.add(idHere(token));
            }
        }
        return ids;
    }

    /** A list of strings; empty where it is null. */
    List<String> strings() throws IOException {
        List<String> strings = new ArrayList<>();
        if (beginArray()) {
            for (JsonToken token = advance(); token != JsonToken.END_ARRAY; token = advance()) {
                if (token != JsonToken.VALUE_STRING) {
                    throw unexpected(token);
                }
                strings.add(text());
            }
        }
        return strings;
    }

    /** Any value, as compact JSON. */
    String rawValue() throws IOException {
        advance();
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            generator.copyCurrentStructure(parser);
        } catch (IOException e) {
            throw malformed(e);
        }
        return out.toString();
    }

    /** Passes over the next value. */
    void skip() throws IOException {
        advance();
        try {
            parser.skipChildren();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** Requires that nothing but white space follows. */
    void end() throws IOException {
        JsonToken token;
        try {
            token = parser.nextToken();
        } catch (IOException e) {
            throw malformed(e);
        }
        if (token != null) {
            throw new CorruptObject(object, "there is something behind its JSON document");
        }
    }

    CorruptObject fault(String failure, Throwable cause) {
        return new CorruptObject(object, failure, cause);
    }

    private Id idHere(JsonToken token) throws IOException {
        String hex = token == JsonToken.VALUE_STRING ? text() : "";
        if (!Id.isValid(hex)) {
            throw new CorruptObject(object, "an id is not 64 hex digits");
        }
        return Id.parse(hex);
    }

    private void expect(JsonToken wanted) throws IOException {
        JsonToken token = advance();
        if (token != wanted) {
            throw unexpected(token);
        }
    }

    private JsonToken advance() throws IOException {
        JsonToken token;
        try {
            token = parser.nextToken();
        } catch (IOException e) {
            throw malformed(e);
        }
        if (token == null) {
            throw new CorruptObject(object, "its JSON document ends early");
        }
        return token;
    }

    private String text() throws IOException {
        try {
            return parser.getText();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private CorruptObject unexpected(JsonToken token) {
        return new CorruptObject(object, "its JSON document has " + token + " where something else belongs");
    }

    private CorruptObject malformed(IOException e) {
        // Everything that is parsed lies in memory, so what fails is never the store.
        return e instanceof CorruptObject corrupt
                ? corrupt
                : new CorruptObject(object, "its JSON document is malformed", e);
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
