package io.statemanager.replication;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A database's name, which is also the key of its replica: the path below the environment directory with every byte outside
 * {@code A–Z a–z 0–9 . _ -} written {@code =XX}. {@code db/app.sqlite} is {@code app}, and a file {@code app} at the root is
 * {@code =61pp}. Different paths have different keys.
 */
final class DatabaseKey {
    static final String DEFAULT = "app";
    static final Path DEFAULT_PATH = Path.of("db", "app.sqlite");

    /** Keys become names of files with a suffix, which have at most 255 bytes. */
    static final int MAX_LENGTH = 230;

    private DatabaseKey() {}

    static String of(Path relative) {
        if (relative.equals(DEFAULT_PATH)) {
            return DEFAULT;
        }
        String text = relative.toString();
        if (text.equals(DEFAULT)) {
            return "=61pp";
        }
        StringBuilder key = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (isPlain(c)) {
                key.append(c);
            } else {
                key.append(String.format(Locale.ROOT, "=%02X", (int) c));
            }
        }
        return key.toString();
    }

    private static boolean isPlain(char c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
