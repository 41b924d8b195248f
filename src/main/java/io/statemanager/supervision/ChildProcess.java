package io.statemanager.supervision;

import io.statemanager.linux.Cgroup;
import io.statemanager.linux.Child;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One run of a supervised process: the leader of its group, its output, and its control group where there is one. Safe for any thread.
 *
 * @param name the supervised process's name
 */
record ChildProcess(String name, Child child, OutputLog.Run output, Optional<Cgroup> cgroup) {
    private static final int LAST_LINES = 20;

    /** The leader's pid, and its group's and session's number. */
    int pid() {
        return child.pid();
    }

    /** The leader's exit code, or 128 and its signal, once it has ended. */
    CompletionStage<Integer> exit() {
        return child.exit();
    }

    /** What it wrote last, once that has arrived. */
    CompletionStage<List<String>> lastLines() {
        return output.lastLines(LAST_LINES);
    }
}
