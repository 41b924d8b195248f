package io.statemanager.runtime;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * More free room in the heap while a large operation runs. {@code conf/java.options} keeps the heap tight, so that little is held at rest; while
 * much is read, a tight heap is collected whole every few megabytes, which took a fifth of a restore's processor time. So the two ratios are
 * raised to what the JVM has by itself, and put back when the last such operation has ended; what the heap grew by meanwhile is given back then.
 *
 * <p>Does nothing in a JVM that has no such ratios, or has wider ones. Any thread.
 */
public final class HeapRoom implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeapRoom.class);
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
    private final AtomicBoolean closed = new AtomicBoolean();

    private HeapRoom() {}

    /** To be closed when the operation has ended. */
    public static HeapRoom forLargeWork() {
        enter();
        return new HeapRoom();
    }

    private static synchronized void enter() {
        if (users++ == 0) {
            widen();
        }
    }

    private static synchronized void leave() {
        if (--users == 0 && most > 0) {
            narrow();
        }
    }

    private static void widen() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        most = 0;
        if (jvm == null) {
            return;
        }
        try {
            least = get(jvm, LEAST_FREE);
            int mostBefore = get(jvm, MOST_FREE);
            set(jvm, MOST_FREE, Math.max(mostBefore, ROOMY_MOST));
            set(jvm, LEAST_FREE, Math.max(least, ROOMY_LEAST));
            most = mostBefore;
            committed = Runtime.getRuntime().totalMemory();
        } catch (IllegalArgumentException another) {
            LOG.debug("this JVM's heap has no such ratios: {}", another.getMessage());
        }
    }

    private static void narrow() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        set(jvm, LEAST_FREE, least);
        set(jvm, MOST_FREE, most);
        if (most < ROOMY_MOST && Runtime.getRuntime().totalMemory() - committed > WORTH_RETURNING) {
            ManagementFactory.getMemoryMXBean().gc();
        }
    }

    private static int get(HotSpotDiagnosticMXBean jvm, String option) {
        return Integer.parseInt(jvm.getVMOption(option).getValue());
    }

    private static void set(HotSpotDiagnosticMXBean jvm, String option, int percent) {
        jvm.setVMOption(option, Integer.toString(percent));
    }

    /** The last one puts the ratios back. A second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            leave();
        }
    }
}
