package io.statemanager.supervision;

import io.statemanager.runtime.Ticker;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A manager that runs one process, freezes it if told to, says {@code up}, and waits to be killed: {@code <data-dir> <cgroup> <freeze>
 * <script>}.
 */
final class CrashingManager {
    private CrashingManager() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Setup setup = new Setup(
                directory,
                OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream(),
                1 << 20,
                Boolean.parseBoolean(arguments[1]),
                Ticker.system());
        Supervisor supervisor = Supervisor.open(setup, (what, status) -> {});
        supervisor
                .apply(
                        List.of(ProcessSpec.of("web", List.of("sh", "-c", arguments[3]))),
                        Map.of("D", directory.toString()))
                .join();
        supervisor.startAll().join();
        while (!directory.resolve("ready").toFile().exists()) {
            Thread.onSpinWait();
        }
        if (Boolean.parseBoolean(arguments[2])) {
            supervisor.freeze("lease", Duration.ZERO).join();
        }
        System.out.println("up");
        System.out.flush();
        System.in.read();
    }
}
