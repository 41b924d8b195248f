package io.statemanager.linux;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Raw names: file names as the kernel knows them, bytes without an encoding, carried in a Java string with one character per byte
 * (U+0000 to U+00FF). So any name survives, under any locale, at one byte of memory per byte; and strings compare as their bytes
 * do. A raw name is never shown to anybody: {@link #display} is.
 */
public final class RawName {
    private RawName() {}

    /** The bytes behind a raw name. */
    public static byte[] bytes(String raw) {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static String of(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** A raw name from text, as UTF-8. */
    public static String ofText(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The absolute path's own bytes. By way of its URI, which is the one door to them: {@code Path.toString} decodes them in the
     * locale's encoding and loses what does not fit.
     */
    public static String of(Path path) {
        String uri = path.toAbsolutePath().normalize().toUri().getRawPath();
        StringBuilder raw = new StringBuilder(uri.length());
        for (int i = 0; i < uri.length(); i++) {
            if (uri.charAt(i) == '%') {
                raw.append((char) Integer.parseInt(uri, i + 1, i + 3, 16));
                i += 2;
            } else {
                raw.append(uri.charAt(i));
            }
        }
        boolean slash = raw.length() > 1 && raw.charAt(raw.length() - 1) == '/';
        return slash ? raw.substring(0, raw.length() - 1) : raw.toString();
    }

    /** For people: UTF-8 where the bytes are that, else with every byte outside ASCII written {@code \xNN}. */
    public static String display(String raw) {
        String text = text(raw);
        if (text != null) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            shown.append(c >= 0x20 && c < 0x7f ? String.valueOf(c) : String.format("\\x%02x", (int) c));
        }
        return shown.toString();
    }

    /** Whether {@link #display} shows it as it is, so that {@link #ofText} finds back. */
    public static boolean isUtf8(String raw) {
        return text(raw) != null;
    }

    private static String text(String raw) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(raw)));
            return text.toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    /** True for a name that can stand in a directory: not empty, not {@code .} or {@code ..}, no slash, no NUL, at most 255 bytes. */
    public static boolean isPlain(String raw) {
        return !raw.isEmpty()
                && raw.length() <= 255
                && !raw.equals(".")
                && !raw.equals("..")
                && raw.indexOf('/') < 0
                && raw.indexOf('\0') < 0;
    }

    /** {@code name} below {@code directory}, where the empty string is the top. */
    public static String join(String directory, String name) {
        return directory.isEmpty() ? name : directory + '/' + name;
    }

    /** How many names a path has; none the empty one. */
    public static int depth(String path) {
        return path.isEmpty() ? 0 : 1 + (int) path.chars().filter(c -> c == '/').count();
    }

    /** As C wants it: with the NUL behind. */
    static byte[] terminated(String raw) {
        if (raw.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a file name holds a NUL byte: " + display(raw));
        }
        byte[] bytes = bytes(raw);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
