package io.statemanager.wal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The cumulative checksum of a log: two 32-bit sums over pairs of words, in the byte order of the machine that created the log. Each
 * frame goes on from the one before, so a frame's checksum stands for everything up to it. Mutable, confined to one thread.
 */
final class WalChecksum {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final ByteOrder order;
    private int first;
    private int second;

    WalChecksum(ByteOrder order, int first, int second) {
        this.order = order;
        this.first = first;
        this.second = second;
    }

    /** Adds bytes whose number is a multiple of 8. */
    void update(byte[] bytes, int offset, int length) {
        boolean swap = order == ByteOrder.BIG_ENDIAN;
        int s0 = first;
        int s1 = second;
        for (int at = offset; at < offset + length; at += 8) {
            int even = (int) WORD.get(bytes, at);
            int odd = (int) WORD.get(bytes, at + 4);
            s0 += (swap ? Integer.reverseBytes(even) : even) + s1;
            s1 += (swap ? Integer.reverseBytes(odd) : odd) + s0;
        }
        first = s0;
        second = s1;
    }

    int first() {
        return first;
    }

    int second() {
        return second;
    }

    boolean equals(int otherFirst, int otherSecond) {
        return first == otherFirst && second == otherSecond;
    }
}
