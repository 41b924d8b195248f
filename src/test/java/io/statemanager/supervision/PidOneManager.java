package io.statemanager.supervision;

import io.statemanager.linux.ProcessTable;
import io.statemanager.linux.Processes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A manager as pid 1: runs one process that makes daemons and orphans, says {@code up}, and at the first byte on its input stops everybody and
 * tells which children it still has: {@code <data-dir> <script>}.
 */
final class PidOneManager {
    private PidOneManager() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Supervisor supervisor = Supervisor.open(Setup.of(directory), (what, status) -> {});
        ProcessSpec spec = ProcessSpec.of("web", List.of("sh", "-c", arguments[1]));
        supervisor.apply(List.of(spec), Map.of("D", directory.toString())).join();
        supervisor.startAll().join();
        System.out.println("up " + Processes.self());
        System.out.flush();
        System.in.read();
        supervisor.stopAll().join();
        List<String> left = ProcessTable.read().all().stream()
                .filter(stat -> stat.parent() == Processes.self())
                .map(stat -> stat.state() + stat.command())
                .toList();
        System.out.println("left " + left);
        System.exit(0);
    }
}
