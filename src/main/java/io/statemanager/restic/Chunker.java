package io.statemanager.restic;

/**
 * Finds where restic would cut a file: where the Rabin fingerprint of the last 64 bytes has 20 zero bits, but neither before 512 KiB nor after 8 MiB.
 * Confined to one thread. Source of the parameters: restic/chunker.
 */
public final class Chunker {

    public static final int MIN_SIZE = 512 * 1024;
    public static final int MAX_SIZE = 8 * 1024 * 1024;

    private static final int WINDOW = 64;
    private static final long SPLIT_MASK = (1 << 20) - 1;
    private static final int SHIFT = Polynomial.DEGREE - 8;

    /** The fingerprint of a byte that 63 zeros follow: what leaves the window. */
    private final long[] out = new long[256];
    /** For the byte above the degree: itself, to cancel it, and its remainder. */
    private final long[] mod = new long[256];

    private long digest;

    public Chunker(Polynomial polynomial) {
        long p = polynomial.bits();
        for (int b = 0; b < 256; b++) {
            long hash = b;
            for (int i = 1; i < WINDOW; i++) {
                hash = Polynomial.mod(hash << 8, p);
            }
            out[b] = hash;
            long top = (long) b << Polynomial.DEGREE;
            mod[b] = Polynomial.mod(top, p) | top;
        }
    }

    /**
     * Looks at a chunk's next bytes. A new chunk begins wherever {@code from} equals {@code start}.
     *
     * @param chunk holds the current chunk from {@code start}; bytes before {@code from} were looked at before
     * @return the index behind the chunk's last byte, or -1 where it goes on past {@code to}
     */
    public int next(byte[] chunk, int start, int from, int to) {
        int first = start + MIN_SIZE; // The first index at which it may end.
        if (to < first) {
            return -1;
        }
        int at = from;
        if (from < first) {
            // Before, nothing is decided, and the fingerprint covers 64 bytes only.
            digest = fingerprint(chunk, first - WINDOW);
            if ((digest & SPLIT_MASK) == 0) {
                return first;
            }
            at = first;
        }
        int last = start + MAX_SIZE;
        int end = roll(chunk, at, Math.min(to, last));
        return end < 0 && to >= last ? last : end;
    }

    private long fingerprint(byte[] bytes, int offset) {
        long hash = 0;
        for (int i = offset; i < offset + WINDOW; i++) {
            hash = (hash << 8 | (bytes[i] & 0xff)) ^ mod[(int) (hash >>> SHIFT) & 0xff];
        }
        return hash;
    }

    /** The loop through which all large files go: one table look-up, one shift and one xor depend on the byte before. */
    private int roll(byte[] bytes, int from, int to) {
        if (from >= to) {
            return -1;
        }
        final long[] leaving = out;
        final long[] reduce = mod;
        long hash = digest;
        for (int i = from; i < to; i++) {
            hash ^= leaving[bytes[i - WINDOW] & 0xff];
            hash = (hash << 8 | (bytes[i] & 0xff)) ^ reduce[(int) (hash >>> SHIFT) & 0xff];
            if ((hash & SPLIT_MASK) == 0) {
                return i + 1;
            }
        }
        digest = hash;
        return -1;
    }
}
