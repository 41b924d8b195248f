package io.statemanager.restic;

/** An irreducible polynomial of degree 53 over GF(2), bit i being the coefficient of x^i. Each repository has its own, so that chunk sizes tell little. */
public record Polynomial(long bits) {

    public static final int DEGREE = 53;

    /** A random one. */
    public static Polynomial random() {
        throw new UnsupportedOperationException();
    }

    /** Reads the hex form of the configuration. */
    public static Polynomial parse(String hex) {
        return new Polynomial(Long.parseUnsignedLong(hex, 16));
    }

    /** Hex digits, as the configuration has it. */
    @Override
    public String toString() {
        return Long.toHexString(bits);
    }
}
