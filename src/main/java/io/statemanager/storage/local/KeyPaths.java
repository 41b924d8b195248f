package io.statemanager.storage.local;

import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How keys become names of files and back.
 *
 * <p>A segment is a name as it is, except that bytes outside printable ASCII, {@code %}, and a dot at the beginning are written {@code
 * %XX}. So names do not depend on the locale, no key leaves the directory, and every name that begins with a dot is free for what is no
 * object.
 *
 * <p>One part is laid out differently, so that Litestream can read it by a {@code file://} URL: {@code …/db/<database>/<level, 4
 * hex>/<min>-<max>.ltx} lies at {@code …/db/<database>/ltx/<level, decimal>/<min>-<max>.ltx}. Keys that would need the same place are
 * refused.
 */
final class KeyPaths {
    /** The directory between a database and its levels. */
    static final String LTX = "ltx";

    private static final int MAX_NAME = 255;
    private static final Pattern LEVEL = Pattern.compile("[0-9a-f]{4}");
    private static final Pattern LTX_FILE = Pattern.compile("[0-9a-f]{16}-[0-9a-f]{16}\\.ltx");

    private KeyPaths() {}

    /** The names from the root down to the object's file. */
    static List<String> names(String operation, String key) {
        List<String> segments = List.of(key.split("/"));
        List<String> names = new ArrayList<>(segments.size() + 1);
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (isBelowDatabase(segments, i)) {
                if (segment.equals(LTX)) {
                    throw invalid(operation, key, "lies where the local store keeps LTX files");
                }
                if (i == segments.size() - 2 && isLtx(segment, segments.get(i + 1))) {
                    names.add(LTX);
                    names.add(Integer.toString(Integer.parseInt(segment, 16)));
                    continue;
                }
            }
            String name = encode(segment);
            if (name.length() > MAX_NAME) {
                throw invalid(operation, key, "has a segment of more than " + MAX_NAME + " bytes");
            }
            names.add(name);
        }
        return names;
    }

    /** Whether the segment at this place is the one behind {@code <name>/db/<database>}. */
    private static boolean isBelowDatabase(List<String> segments, int place) {
        return isDatabase(segments.subList(0, place));
    }

    /** Whether these segments end in {@code <name>/db/<database>}. */
    static boolean isDatabase(List<String> segments) {
        int size = segments.size();
        return size >= 3 && segments.get(size - 2).equals("db");
    }

    private static boolean isLtx(String level, String file) {
        return LEVEL.matcher(level).matches() && LTX_FILE.matcher(file).matches();
    }

    static boolean isLtxFile(String name) {
        return LTX_FILE.matcher(name).matches();
    }

    /** The key's segment for a level's directory; empty for a name that is none. */
    static Optional<String> level(String decimal) {
        try {
            int level = Integer.parseInt(decimal);
            boolean canonical =
                    level >= 0 && level <= 0xffff && Integer.toString(level).equals(decimal);
            return canonical ? Optional.of(String.format("%04x", level)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static StoreException invalid(String operation, String key, String why) {
        return new StoreException(StoreError.INVALID_KEY, operation, key, "the key " + why);
    }

    static String encode(String segment) {
        StringBuilder name = new StringBuilder();
        byte[] bytes = segment.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            int b = bytes[i] & 0xff;
            boolean plain = b >= 0x20 && b < 0x7f && b != '%' && !(b == '.' && i == 0);
            name.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b));
        }
        return name.toString();
    }

    /** The segment of a name; empty for one that no key is written as. */
    static Optional<String> decode(String name) {
        byte[] bytes = new byte[name.length()];
        int length = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '%' && i + 2 < name.length()) {
                int value = Character.digit(name.charAt(i + 1), 16) * 16 + Character.digit(name.charAt(i + 2), 16);
                bytes[length++] = (byte) value;
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        String segment = new String(bytes, 0, length, StandardCharsets.UTF_8);
        return encode(segment).equals(name) ? Optional.of(segment) : Optional.empty();
    }
}
