package io.statemanager.runtime;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * More free room in the heap while a large operation runs. {@code conf/java.options} keeps the heap tight, so that little is held at rest; while
 * much is read, a tight heap is collected whole every few megabytes, which took a fifth of a restore's processor time. So the two ratios are
 * raised to what the JVM has by itself, and put back when the last such operation has ended; what the heap grew by meanwhile is given back then.
 *
 * <p>Does nothing in a JVM that has no such ratios, or has wider ones. Any thread.
 */
public final class HeapRoom implements AutoCloseable {
    private static final String LEAST_FREE = "MinHeapFreeRatio";
    private static final String MOST_FREE = "MaxHeapFreeRatio";
    private static final int ROOMY_LEAST = 40;
    private static final int ROOMY_MOST = 70;

    /** Less than that is not worth a collection. */
    private static final long WORTH_RETURNING = 8 << 20;

    private static int users;
    private static int least;
    private static int most;
    private static long committed;
    private boolean closed;

    private HeapRoom() {}

    /** To be closed when the operation has ended. */
    public static HeapRoom forLargeWork() {
        synchronized (HeapRoom.class) {
            if (users++ == 0) {
                widen();
            }
        }
        return new HeapRoom();
    }

    private static void widen() {
        committed = Runtime.getRuntime().totalMemory();
        try {
            least = get(LEAST_FREE);
            most = get(MOST_FREE);
            set(MOST_FREE, Math.max(most, ROOMY_MOST));
            set(LEAST_FREE, Math.max(least, ROOMY_LEAST));
        } catch (IllegalArgumentException | NullPointerException otherJvm) {
            least = 0;
            most = 0;
        }
    }

    private static void narrow() {
        if (most == 0) {
            return;
        }
        set(LEAST_FREE, least);
        set(MOST_FREE, most);
        if (most < ROOMY_MOST && Runtime.getRuntime().totalMemory() - committed > WORTH_RETURNING) {
            ManagementFactory.getMemoryMXBean().gc();
        }
    }

    private static int get(String option) {
        return Integer.parseInt(bean().getVMOption(option).getValue());
    }

    private static void set(String option, int percent) {
        bean().setVMOption(option, Integer.toString(percent));
    }

    private static HotSpotDiagnosticMXBean bean() {
        return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    }

    /** The last one puts the ratios back. A second call does nothing. */
    @Override
    public void close() {
        synchronized (HeapRoom.class) {
            if (!closed) {
                closed = true;
                if (--users == 0) {
                    narrow();
                }
            }
        }
    }
}
