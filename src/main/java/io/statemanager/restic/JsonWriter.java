package io.statemanager.restic;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Writes JSON into a growing array, byte for byte as Go's {@code encoding/json} does, on which a tree's id depends: {@code <}, {@code >} and {@code &}
 * escaped, bytes that are no UTF-8 replaced. Confined to one thread.
 */
final class JsonWriter {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int length;

    JsonWriter(int capacity) {
        bytes = new byte[capacity];
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void clear() {
        length = 0;
    }

    /** Text of ASCII characters, as it is. */
    JsonWriter raw(String ascii) {
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    JsonWriter raw(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    JsonWriter number(long value) {
        return raw(Long.toString(value));
    }

    JsonWriter unsigned(long value) {
        return raw(Long.toUnsignedString(value));
    }

    JsonWriter bool(boolean value) {
        return raw(value ? "true" : "false");
    }

    JsonWriter base64(byte[] value) {
        raw('"');
        byte[] encoded = Base64.getEncoder().encode(value);
        reserve(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return raw('"');
    }

    JsonWriter id(Id id) {
        reserve(2 + 2 * Id.LENGTH);
        bytes[length++] = '"';
        hex(id.a());
        hex(id.b());
        hex(id.c());
        hex(id.d());
        bytes[length++] = '"';
        return this;
    }

    JsonWriter ids(List<Id> ids) {
        raw('[');
        for (int i = 0; i < ids.size(); i++) {
            if (i > 0) {
                raw(',');
            }
            id(ids.get(i));
        }
        return raw(']');
    }

    JsonWriter strings(List<String> strings) {
        raw('[');
        for (int i = 0; i < strings.size(); i++) {
            if (i > 0) {
                raw(',');
            }
            string(strings.get(i));
        }
        return raw(']');
    }

    JsonWriter string(String text) {
        return string(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A string whose bytes should be UTF-8. */
    JsonWriter string(byte[] utf8) {
        raw('"');
        for (int i = 0; i < utf8.length; ) {
            byte b = utf8[i];
            if (b >= 0) {
                ascii((char) b);
                i++;
            } else {
                i += multibyte(utf8, i);
            }
        }
        return raw('"');
    }

    /** JSON that is there already, with what Go would escape in it. */
    JsonWriter json(String json) {
        for (byte b : json.getBytes(StandardCharsets.UTF_8)) {
            if (b == '<' || b == '>' || b == '&') {
                unicode(b);
            } else {
                raw((char) (b & 0xff));
            }
        }
        return this;
    }

    private void ascii(char c) {
        switch (c) {
            case '"' -> raw("\\\"");
            case '\\' -> raw("\\\\");
            case '\b' -> raw("\\b");
            case '\f' -> raw("\\f");
            case '\n' -> raw("\\n");
            case '\r' -> raw("\\r");
            case '\t' -> raw("\\t");
            case '<', '>', '&' -> unicode(c);
            default -> {
                if (c < ' ') {
                    unicode(c);
                } else {
                    raw(c);
                }
            }
        }
    }

    private int multibyte(byte[] utf8, int at) {
        int size = Utf8.sequenceLength(utf8, at);
        if (size == 0) {
            raw("\\ufffd");
            return 1;
        }
        int codePoint = Utf8.codePoint(utf8, at, size);
        if (codePoint == 0x2028 || codePoint == 0x2029) {
            unicode(codePoint);
            return size;
        }
        reserve(size);
        System.arraycopy(utf8, at, bytes, length, size);
        length += size;
        return size;
    }

    private void unicode(int c) {
        raw("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            raw((char) HEX[(c >>> shift) & 15]);
        }
    }

    private void hex(long value) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(int) (value >>> shift) & 15];
        }
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length + (bytes.length >> 1)));
        }
    }
}
