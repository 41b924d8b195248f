package io.statemanager.storage;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The rule for keys, the same for all stores: 1 to 1024 bytes of UTF-8 in segments that {@code /} separates; no segment is empty,
 * {@code .} or {@code ..}, and there are no control characters.
 *
 * <p>Beyond that a key must not be a folder of another one ({@code p} beside {@code p/q}): S3 could hold both, directories and some
 * S3 servers cannot.
 */
public final class Keys {
    /** The order of listings: by UTF-8 bytes, unsigned. */
    public static final Comparator<String> ORDER =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private static final int MAX_BYTES = 1024;

    private Keys() {}

    /** The key itself, or {@link StoreError#INVALID_KEY} told of this operation. */
    public static String check(String operation, String key) {
        String fault = fault(key);
        if (!fault.isEmpty()) {
            throw new StoreException(StoreError.INVALID_KEY, operation, printable(key), "the key " + fault);
        }
        return key;
    }

    /** Whether a key found in a store is one that could have been written here. */
    public static boolean isValid(String key) {
        return fault(key).isEmpty();
    }

    private static String fault(String key) {
        if (key.isEmpty()) {
            return "is empty";
        }
        if (key.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            return "has control characters";
        }
        int bytes = utf8Length(key);
        if (bytes < 0 || bytes > MAX_BYTES) {
            return bytes < 0 ? "is not valid Unicode" : "has " + bytes + " bytes, " + MAX_BYTES + " are allowed";
        }
        for (String segment : key.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return "has the segment '" + segment + "'";
            }
        }
        return "";
    }

    private static int utf8Length(String key) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(key));
            return encoded.remaining();
        } catch (CharacterCodingException loneSurrogate) {
            return -1;
        }
    }

    private static String printable(String key) {
        return key.replaceAll("[\\p{Cntrl}]", "?").substring(0, Math.min(key.length(), 120));
    }
}
