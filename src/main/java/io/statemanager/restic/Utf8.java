package io.statemanager.restic;

/** UTF-8 as Go reads it: a byte that begins no valid shortest-form sequence is an error of exactly one byte. */
final class Utf8 {

    private Utf8() {}

    /** Bytes of the sequence that begins at an index with a byte above 0x7f; 0 where it is none. */
    static int sequenceLength(byte[] bytes, int at) {
        int first = bytes[at] & 0xff;
        if (first >= 0xc2 && first <= 0xdf) {
            return continues(bytes, at + 1, 0x80, 0xbf) ? 2 : 0;
        }
        if (first >= 0xe0 && first <= 0xef) {
            // Neither overlong forms nor surrogates.
            int low = first == 0xe0 ? 0xa0 : 0x80;
            int high = first == 0xed ? 0x9f : 0xbf;
            return continues(bytes, at + 1, low, high) && continues(bytes, at + 2, 0x80, 0xbf) ? 3 : 0;
        }
        if (first >= 0xf0 && first <= 0xf4) {
            int low = first == 0xf0 ? 0x90 : 0x80;
            int high = first == 0xf4 ? 0x8f : 0xbf;
            return continues(bytes, at + 1, low, high)
                            && continues(bytes, at + 2, 0x80, 0xbf)
                            && continues(bytes, at + 3, 0x80, 0xbf)
                    ? 4
                    : 0;
        }
        return 0;
    }

    /** The character of a valid sequence. */
    static int codePoint(byte[] bytes, int at, int size) {
        int codePoint = bytes[at] & (0xff >> (size + 1));
        for (int i = 1; i < size; i++) {
            codePoint = codePoint << 6 | (bytes[at + i] & 0x3f);
        }
        return codePoint;
    }

    /** Whether all bytes are valid. */
    static boolean isValid(byte[] bytes) {
        for (int i = 0; i < bytes.length; ) {
            int size = bytes[i] >= 0 ? 1 : sequenceLength(bytes, i);
            if (size == 0) {
                return false;
            }
            i += size;
        }
        return true;
    }

    private static boolean continues(byte[] bytes, int at, int low, int high) {
        return at < bytes.length && (bytes[at] & 0xff) >= low && (bytes[at] & 0xff) <= high;
    }
}
