package io.statemanager.linux;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to start.
 *
 * @param command program and arguments; the program is looked up along this process's {@code PATH} unless it holds a slash
 * @param directory the working directory, or empty for this process's own
 * @param environment the whole environment; nothing is inherited beside it
 * @param output where standard output is written to; empty discards it
 * @param error the same for standard error
 * @param cgroup the control group to put the process into, where there is one
 */
public record Launch(
        List<String> command,
        Optional<Path> directory,
        Map<String, String> environment,
        Optional<File> output,
        Optional<File> error,
        Optional<Cgroup> cgroup) {
    public Launch {
        if (command.isEmpty() || command.get(0).isEmpty()) {
            throw new IllegalArgumentException("a command is needed");
        }
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Without the environment, which may hold secrets. */
    @Override
    public String toString() {
        return "Launch[" + command + "]";
    }
}
