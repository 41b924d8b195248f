package io.statemanager.restic;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Go's {@code strconv.Quote}, without the quotes around: how restic keeps file names, which need not be UTF-8, in JSON, which must be. */
final class GoQuote {

    private static final String HEX = "0123456789abcdef";
    /** Letters after a backslash, and the characters that they stand for. */
    private static final String LETTERS = "abfnrtv\\\"";

    private static final byte[] CONTROLS = {7, 8, 12, 10, 13, 9, 11, '\\', '"'};

    private GoQuote() {}

    /** The quoted form, as UTF-8. */
    static byte[] quote(byte[] name) {
        if (isPlain(name)) {
            return name;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(name.length + 16);
        for (int i = 0; i < name.length; ) {
            int size = name[i] >= 0 ? 1 : Utf8.sequenceLength(name, i);
            if (size <= 1) {
                quoteByte(out, name[i], size == 1);
            } else if (isPrintable(Utf8.codePoint(name, i, size))) {
                out.write(name, i, size);
            } else {
                escape(out, Utf8.codePoint(name, i, size));
            }
            i += Math.max(size, 1);
        }
        return out.toByteArray();
    }

    private static boolean isPlain(byte[] name) {
        for (byte b : name) {
            if (b < ' ' || b == 0x7f || b == '"' || b == '\\') {
                return false;
            }
        }
        return true;
    }

    private static void quoteByte(ByteArrayOutputStream out, byte b, boolean ascii) {
        for (int i = 0; i < CONTROLS.length; i++) {
            if (CONTROLS[i] == b) {
                out.write('\\');
                out.write(LETTERS.charAt(i));
                return;
            }
        }
        if (ascii && b >= ' ' && b != 0x7f) {
            out.write(b);
        } else {
            hex(out, 'x', b & 0xff, 2);
        }
    }

    private static void escape(ByteArrayOutputStream out, int codePoint) {
        if (codePoint < 0x10000) {
            hex(out, 'u', codePoint, 4);
        } else {
            hex(out, 'U', codePoint, 8);
        }
    }

    private static void hex(ByteArrayOutputStream out, char letter, int value, int digits) {
        out.write('\\');
        out.write(letter);
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            out.write(HEX.charAt(value >>> shift & 15));
        }
    }

    /** Letters, marks, numbers, punctuation and symbols, by Java's tables; for characters newer than those a name is escaped, which reads the same. */
    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    /** The bytes that a quoted name stands for. */
    static RawString unquote(String quoted, String object) throws CorruptObject {
        if (quoted.indexOf('\\') < 0 && quoted.indexOf('"') < 0) {
            return RawString.of(quoted);
        }
        try {
            return RawString.wrap(new Unquoter(quoted).unquote());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new CorruptObject(object, "a name in it is not quoted as Go does", e);
        }
    }

    private static final class Unquoter {
        private final String quoted;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private int at;

        Unquoter(String quoted) {
            this.quoted = quoted;
        }

        byte[] unquote() {
            while (at < quoted.length()) {
                int codePoint = quoted.codePointAt(at);
                at += Character.charCount(codePoint);
                if (codePoint == '\\') {
                    unescape(quoted.charAt(at++));
                } else if (codePoint == '"' || codePoint == '\n') {
                    throw new IllegalArgumentException("not within quotes");
                } else {
                    utf8(codePoint);
                }
            }
            return out.toByteArray();
        }

        private void unescape(char letter) {
            int control = LETTERS.indexOf(letter);
            if (control >= 0) {
                out.write(CONTROLS[control]);
                return;
            }
            switch (letter) {
                case 'x' -> out.write(number(2, 16));
                case 'u' -> utf8(number(4, 16));
                case 'U' -> utf8(number(8, 16));
                default -> {
                    at--;
                    int octal = number(3, 8);
                    if (octal > 0xff) {
                        throw new IllegalArgumentException("not a byte");
                    }
                    out.write(octal);
                }
            }
        }

        private int number(int digits, int radix) {
            int value = 0;
            for (int end = at + digits; at < end; at++) {
                int digit = Character.digit(quoted.charAt(at), radix);
                if (digit < 0 || value > Character.MAX_CODE_POINT) {
                    throw new IllegalArgumentException("not a number");
                }
                value = value * radix + digit;
            }
            return value;
        }

        private void utf8(int codePoint) {
            boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
            if (surrogate || !Character.isValidCodePoint(codePoint)) {
                throw new IllegalArgumentException("not a character");
            }
            out.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
        }
    }
}
