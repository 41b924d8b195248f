package io.statemanager.wal;

import java.util.Arrays;

/** Frames and their pages as they are read, 8 bytes each, the page in the upper half. Grows only by frames that are there. */
final class FrameList {
    private long[] entries = new long[64];
    private int size;

    void add(int pgno, int frame) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, (int) Math.min(Integer.MAX_VALUE - 8L, size * 2L));
        }
        entries[size++] = entry(pgno, frame);
    }

    int size() {
        return size;
    }

    /** The newest frame of each page up to {@code commit} among the first {@code count}. This list is not usable afterwards. */
    WalPages newest(int count, int commit) {
        Arrays.sort(entries, 0, count);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            boolean newest = i + 1 == count || entries[i + 1] >>> 32 != entries[i] >>> 32;
            if (newest && entries[i] >>> 32 <= commit) {
                entries[kept++] = entries[i];
            }
        }
        return WalPages.of(Arrays.copyOf(entries, kept));
    }

    static long entry(int pgno, int frame) {
        return (long) pgno << 32 | frame;
    }
}
