package io.statemanager.restic;

import java.util.HexFormat;

/** A SHA-256: the name of a blob (of its plaintext) or of an object (of its bytes). Ordered as its hex form is. */
public record Id(long a, long b, long c, long d) implements Comparable<Id> {

    /** Bytes in an id. */
    public static final int LENGTH = 32;

    private static final HexFormat HEX = HexFormat.of();

    /** The id written as 64 lower-case hex digits. */
    public static Id parse(String hex) {
        if (!isValid(hex)) {
            throw new IllegalArgumentException("not an id of 64 hex digits");
        }
        return of(HEX.parseHex(hex), 0);
    }

    /** Whether a string is an id's hex form. */
    public static boolean isValid(String hex) {
        if (hex.length() != 2 * LENGTH) {
            return false;
        }
        for (int i = 0; i < hex.length(); i++) {
            char c = hex.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** The id in 32 bytes at an offset. */
    public static Id of(byte[] bytes, int offset) {
        return new Id(
                Bytes.getLong(bytes, offset),
                Bytes.getLong(bytes, offset + 8),
                Bytes.getLong(bytes, offset + 16),
                Bytes.getLong(bytes, offset + 24));
    }

    /** The SHA-256 of the bytes. */
    public static Id hashOf(byte[] bytes) {
        return hashOf(bytes, 0, bytes.length);
    }

    public static Id hashOf(byte[] bytes, int offset, int length) {
        return Sha256.hash(bytes, offset, length);
    }

    public byte[] bytes() {
        byte[] bytes = new byte[LENGTH];
        put(bytes, 0);
        return bytes;
    }

    void put(byte[] target, int offset) {
        Bytes.putLong(target, offset, a);
        Bytes.putLong(target, offset + 8, b);
        Bytes.putLong(target, offset + 16, c);
        Bytes.putLong(target, offset + 24, d);
    }

    @Override
    public int compareTo(Id other) {
        int order = Long.compareUnsigned(a, other.a);
        if (order == 0) {
            order = Long.compareUnsigned(b, other.b);
        }
        if (order == 0) {
            order = Long.compareUnsigned(c, other.c);
        }
        return order == 0 ? Long.compareUnsigned(d, other.d) : order;
    }

    @Override
    public int hashCode() {
        // It is a hash already.
        return Long.hashCode(a);
    }

    /** 64 lower-case hex digits. */
    @Override
    public String toString() {
        return HEX.formatHex(bytes());
    }
}
