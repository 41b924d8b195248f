package io.statemanager.wal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The cumulative checksum of a log: two 32-bit sums over pairs of words, in the byte order of the machine that created the log. Each
 * frame goes on from the one before, so a frame's checksum stands for everything up to it. Mutable, confined to one thread.
 */
final class WalChecksum {
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
        ByteBuffer words = ByteBuffer.wrap(bytes, offset, length).order(order);
        int s0 = first;
        int s1 = second;
        while (words.hasRemaining()) {
            s0 += words.getInt() + s1;
            s1 += words.getInt() + s0;
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
