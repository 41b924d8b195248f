package io.statemanager.restic;

/**
 * An irreducible polynomial of degree 53 over GF(2), bit i being the coefficient of x^i. Each repository has its own, so that chunk sizes tell little.
 *
 * <p>Irreducible by Ben-Or's test: no common factor with x^(2^i) - x for i up to half the degree.
 */
public record Polynomial(long bits) {

    /** The largest prime that leaves room for a byte above it in 64 bits. */
    public static final int DEGREE = 53;

    private static final long X = 2;

    public Polynomial {
        if (degree(bits) != DEGREE || !isIrreducible(bits)) {
            throw new IllegalArgumentException("not an irreducible polynomial of degree " + DEGREE);
        }
    }

    /** A random one: about one in 53 of that degree is irreducible, so a few dozen are tried. */
    public static Polynomial random() {
        while (true) {
            long bits = (Randomness.bits() & ((1L << DEGREE) - 1)) | (1L << DEGREE) | 1;
            if (isIrreducible(bits)) {
                return new Polynomial(bits);
            }
        }
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

    /** -1 for zero. */
    static int degree(long p) {
        return 63 - Long.numberOfLeadingZeros(p);
    }

    static long mod(long p, long divisor) {
        int degree = degree(divisor);
        long rest = p;
        for (int shift = degree(rest) - degree; shift >= 0; shift = degree(rest) - degree) {
            rest ^= divisor << shift;
        }
        return rest;
    }

    private static long multiplyMod(long p, long q, long modulus) {
        int degree = degree(modulus);
        long product = 0;
        long shifted = p;
        for (long factor = q; factor != 0; factor >>>= 1) {
            if ((factor & 1) != 0) {
                product ^= shifted;
            }
            shifted <<= 1;
            if ((shifted >>> degree & 1) != 0) {
                shifted ^= modulus;
            }
        }
        return product;
    }

    private static long gcd(long p, long q) {
        long a = p;
        long b = q;
        while (b != 0) {
            long rest = mod(a, b);
            a = b;
            b = rest;
        }
        return a;
    }

    private static boolean isIrreducible(long p) {
        long power = X;
        for (int i = 1; i <= degree(p) / 2; i++) {
            power = multiplyMod(power, power, p);
            if (gcd(p, power ^ X) != 1) {
                return false;
            }
        }
        return true;
    }
}
