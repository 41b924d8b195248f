package io.statemanager.runtime;

import java.lang.management.ManagementFactory;

/**
 * What this program's heap has room for. Who is about to take much asks first: a heap that is full ends the program. Any thread.
 */
public final class Memory {
    /** What stays free for everything else. */
    private static final int RESERVE = 8;

    private Memory() {}

    /** Whether so many bytes can be had beside what is in use now. */
    public static boolean hasRoomFor(long bytes) {
        if (bytes <= room()) {
            return true;
        }
        if (bytes > max()) {
            return false;
        }
        // What looks used may be garbage.
        ManagementFactory.getMemoryMXBean().gc();
        return bytes <= room();
    }

    private static long room() {
        Runtime runtime = Runtime.getRuntime();
        return max() - max() / RESERVE - (runtime.totalMemory() - runtime.freeMemory());
    }

    private static long max() {
        return Runtime.getRuntime().maxMemory();
    }

    /** The heap's limit (-Xmx) in MiB, for messages. */
    public static long maxMebibytes() {
        return max() >> 20;
    }
}
