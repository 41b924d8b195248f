package io.statemanager.restic;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A file name or link target as the kernel has it: bytes that are usually, not always, UTF-8. Ordered by unsigned bytes, as restic sorts a tree. */
public final class RawString implements Comparable<RawString> {

    static final RawString EMPTY = new RawString(new byte[0]);

    private final byte[] bytes;

    private RawString(byte[] bytes) {
        this.bytes = bytes;
    }

    public static RawString of(String text) {
        return new RawString(text.getBytes(StandardCharsets.UTF_8));
    }

    public static RawString of(byte[] bytes) {
        return new RawString(bytes.clone());
    }

    static RawString wrap(byte[] bytes) {
        return new RawString(bytes);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** The bytes themselves, not to be modified. */
    byte[] raw() {
        return bytes;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** Whether {@link #toString} loses nothing. */
    public boolean isUtf8() {
        return Utf8.isValid(bytes);
    }

    @Override
    public int compareTo(RawString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** As UTF-8; bytes that are none become U+FFFD. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
