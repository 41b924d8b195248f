package io.statemanager.restic;

/**
 * The Poly1305 authenticator (D. J. Bernstein, "The Poly1305-AES message-authentication code", 2005) in limbs of 26 bits. Here because the one at hand
 * reaches a third of this one's speed, and every byte of a repository passes through it. Confined to one thread.
 */
final class Poly1305 {

    static final int BLOCK = 16;

    private static final long MASK = 0x3ffffff;
    private static final long HIGH_BIT = 1L << 24;

    private final byte[] last = new byte[BLOCK];
    private long r0;
    private long r1;
    private long r2;
    private long r3;
    private long r4;
    private long h0;
    private long h1;
    private long h2;
    private long h3;
    private long h4;
    private long s0;
    private long s1;

    /**
     * Begins a message.
     *
     * @param r 16 bytes, masked here as the paper says
     * @param s 16 bytes, AES of the nonce
     */
    void begin(byte[] r, byte[] s) {
        long low = Bytes.getLongLittle(r, 0) & 0x0ffffffc0fffffffL;
        long high = Bytes.getLongLittle(r, 8) & 0x0ffffffc0ffffffcL;
        r0 = low & MASK;
        r1 = (low >>> 26) & MASK;
        r2 = ((low >>> 52) | (high << 12)) & MASK;
        r3 = (high >>> 14) & MASK;
        r4 = high >>> 40;
        h0 = h1 = h2 = h3 = h4 = 0;
        s0 = Bytes.getLongLittle(s, 0);
        s1 = Bytes.getLongLittle(s, 8);
    }

    /** Takes whole blocks: the length is a multiple of 16. */
    void blocks(byte[] message, int offset, int length) {
        blocks(message, offset, length, HIGH_BIT);
    }

    private void blocks(byte[] message, int offset, int length, long highBit) {
        // Locals stay in registers; fields would be written back for each block.
        final long a0 = r0;
        final long a1 = r1;
        final long a2 = r2;
        final long a3 = r3;
        final long a4 = r4;
        final long b1 = a1 * 5;
        final long b2 = a2 * 5;
        final long b3 = a3 * 5;
        final long b4 = a4 * 5;
        long x0 = h0;
        long x1 = h1;
        long x2 = h2;
        long x3 = h3;
        long x4 = h4;
        for (int i = offset, end = offset + length; i < end; i += BLOCK) {
            long low = Bytes.getLongLittle(message, i);
            long high = Bytes.getLongLittle(message, i + 8);
            x0 += low & MASK;
            x1 += (low >>> 26) & MASK;
            x2 += ((low >>> 52) | (high << 12)) & MASK;
            x3 += (high >>> 14) & MASK;
            x4 += (high >>> 40) | highBit;
            long d0 = x0 * a0 + x1 * b4 + x2 * b3 + x3 * b2 + x4 * b1;
            long d1 = x0 * a1 + x1 * a0 + x2 * b4 + x3 * b3 + x4 * b2;
            long d2 = x0 * a2 + x1 * a1 + x2 * a0 + x3 * b4 + x4 * b3;
            long d3 = x0 * a3 + x1 * a2 + x2 * a1 + x3 * a0 + x4 * b4;
            long d4 = x0 * a4 + x1 * a3 + x2 * a2 + x3 * a1 + x4 * a0;
            d1 += d0 >>> 26;
            d2 += d1 >>> 26;
            d3 += d2 >>> 26;
            d4 += d3 >>> 26;
            x0 = (d0 & MASK) + (d4 >>> 26) * 5;
            x1 = (d1 & MASK) + (x0 >>> 26);
            x0 &= MASK;
            x2 = d2 & MASK;
            x3 = d3 & MASK;
            x4 = d4 & MASK;
        }
        h0 = x0;
        h1 = x1;
        h2 = x2;
        h3 = x3;
        h4 = x4;
    }

    /** Takes the rest of fewer than 16 bytes and writes the 16 bytes of the MAC. */
    void finish(byte[] message, int offset, int length, byte[] mac, int macOffset) {
        if (length > 0) {
            java.util.Arrays.fill(last, (byte) 0);
            System.arraycopy(message, offset, last, 0, length);
            last[length] = 1;
            blocks(last, 0, BLOCK, 0);
        }
        carry();
        subtractPrimeIfNotSmaller();
        long low = h0 | (h1 << 26) | (h2 << 52);
        long high = (h2 >>> 12) | (h3 << 14) | (h4 << 40);
        long sum = low + s0;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        Bytes.putLongLittle(mac, macOffset, sum);
        Bytes.putLongLittle(mac, macOffset + 8, high + s1 + carry);
    }

    private void carry() {
        h2 += h1 >>> 26;
        h1 &= MASK;
        h3 += h2 >>> 26;
        h2 &= MASK;
        h4 += h3 >>> 26;
        h3 &= MASK;
        h0 += (h4 >>> 26) * 5;
        h4 &= MASK;
        h1 += h0 >>> 26;
        h0 &= MASK;
    }

    /** h := h mod 2^130 - 5, where h is below twice that: h + 5 reaches 2^130 exactly where h is not smaller than the prime. */
    private void subtractPrimeIfNotSmaller() {
        long g0 = h0 + 5;
        long g1 = h1 + (g0 >>> 26);
        long g2 = h2 + (g1 >>> 26);
        long g3 = h3 + (g2 >>> 26);
        long g4 = h4 + (g3 >>> 26);
        long take = -(g4 >>> 26); // all ones where the prime goes off
        h0 = (h0 & ~take) | (g0 & MASK & take);
        h1 = (h1 & ~take) | (g1 & MASK & take);
        h2 = (h2 & ~take) | (g2 & MASK & take);
        h3 = (h3 & ~take) | (g3 & MASK & take);
        h4 = (h4 & ~take) | (g4 & MASK & take);
    }
}
