package io.statemanager.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class HeapRoomTest {
    private static final HotSpotDiagnosticMXBean JVM =
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);

    private static void ratios(int least, int most) {
        JVM.setVMOption("MinHeapFreeRatio", "0");
        JVM.setVMOption("MaxHeapFreeRatio", Integer.toString(most));
        JVM.setVMOption("MinHeapFreeRatio", Integer.toString(least));
    }

    private static String ratios() {
        return JVM.getVMOption("MinHeapFreeRatio").getValue() + "/"
                + JVM.getVMOption("MaxHeapFreeRatio").getValue();
    }

    @Test
    void aTightHeapIsRoomyUntilTheLastLargeWorkHasEnded() {
        String before = ratios();
        try {
            ratios(10, 30);
            HeapRoom first = HeapRoom.forLargeWork();
            HeapRoom second = HeapRoom.forLargeWork();
            assertThat(ratios()).isEqualTo("40/70");
            first.close();
            first.close();
            assertThat(ratios()).as("the second one still works").isEqualTo("40/70");
            second.close();
            assertThat(ratios()).isEqualTo("10/30");
        } finally {
            String[] was = before.split("/", 2);
            ratios(Integer.parseInt(was[0]), Integer.parseInt(was[1]));
        }
    }

    @Test
    void aHeapThatIsRoomierAlreadyStaysSo() {
        String before = ratios();
        try {
            ratios(50, 80);
            try (HeapRoom room = HeapRoom.forLargeWork()) {
                assertThat(room).isNotNull();
                assertThat(ratios()).isEqualTo("50/80");
            }
            assertThat(ratios()).isEqualTo("50/80");
        } finally {
            String[] was = before.split("/", 2);
            ratios(Integer.parseInt(was[0]), Integer.parseInt(was[1]));
        }
    }
}
