package io.statemanager.support;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;

/**
 * Damages bytes at random, as torn writes, lost tails, misplaced blocks, rotten bits and forgers do. The same seed gives the same damage.
 */
public final class Damage {
    private static final long[] CLAIMS = {
        0,
        1,
        -1,
        2,
        127,
        128,
        255,
        511,
        65536,
        1 << 30,
        (1 << 30) + 1,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Long.MAX_VALUE
    };

    private final Random random;

    public Damage(long seed) {
        this.random = random(seed);
    }

    /** Random numbers of a test: always the same, but for {@code -Ddamage.seed=N}, which gives others. */
    public static Random random(long seed) {
        return new Random(seed + Long.getLong("damage.seed", 0));
    }

    /** How often to try: {@code -Ddamage.factor=N} is for a longer search than each build makes. */
    public static int rounds(int usual) {
        return usual * Integer.getInteger("damage.factor", 1);
    }

    /** A damaged copy; once in a while it is the same. */
    public byte[] of(byte[] file) {
        byte[] damaged = once(file);
        while (damaged.length > 0 && random.nextInt(5) == 0) {
            damaged = once(damaged);
        }
        return damaged;
    }

    private byte[] once(byte[] file) {
        int at = random.nextInt(file.length);
        return switch (random.nextInt(9)) {
            case 0 -> Arrays.copyOf(file, at);
            case 1 -> lengthened(file, at, 1 + random.nextInt(64));
            case 2 -> filled(file, at, random.nextBoolean() ? 0xff : 0);
            case 3 -> moved(file, at, random.nextInt(file.length));
            case 4 -> claimed(file, at);
            case 5 -> cutOut(file, at);
            default -> flipped(file);
        };
    }

    /** Some bytes are there twice. */
    private static byte[] lengthened(byte[] file, int at, int more) {
        byte[] longer = Arrays.copyOf(file, file.length + more);
        System.arraycopy(file, at, longer, Math.min(at + more, longer.length), file.length - at);
        return longer;
    }

    private byte[] filled(byte[] file, int at, int value) {
        byte[] filled = file.clone();
        Arrays.fill(filled, at, Math.min(file.length, at + 1 + random.nextInt(12)), (byte) value);
        return filled;
    }

    private byte[] moved(byte[] file, int from, int to) {
        byte[] moved = file.clone();
        int length = 1 + random.nextInt(40);
        System.arraycopy(file, from, moved, to, Math.min(length, file.length - Math.max(from, to)));
        return moved;
    }

    /** A number that no honest writer would write, or just not here, in either byte order. */
    private byte[] claimed(byte[] file, int at) {
        byte[] claimed = file.clone();
        long claim = CLAIMS[random.nextInt(CLAIMS.length)];
        int width = 1 << random.nextInt(4);
        boolean bigEndian = random.nextBoolean();
        for (int i = 0; i < width && at + i < claimed.length; i++) {
            claimed[at + i] = (byte) (claim >>> (8 * (bigEndian ? width - 1 - i : i)));
        }
        return claimed;
    }

    private byte[] cutOut(byte[] file, int at) {
        int length = Math.min(file.length - at, 1 + random.nextInt(64));
        byte[] shorter = Arrays.copyOf(file, file.length - length);
        System.arraycopy(file, at + length, shorter, at, file.length - at - length);
        return shorter;
    }

    private byte[] flipped(byte[] file) {
        byte[] flipped = file.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            flipped[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    /** Bytes that this thread has allocated so far: the difference tells whether a claim was believed. */
    public static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
