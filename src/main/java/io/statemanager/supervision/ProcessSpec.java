package io.statemanager.supervision;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A process that is to be supervised.
 *
 * @param name letters, digits, {@code .}, {@code _}, {@code -}, beginning with a letter or digit, at most 128: it is a file's name too
 * @param command program and arguments; the program is looked up along the process's {@code PATH} unless it holds a slash
 * @param environment variables beside those that every process gets
 * @param directory the working directory; the manager's own where empty
 * @param restart what happens when it ends
 * @param timeoutStop how long after SIGTERM its group may take to be empty
 */
record ProcessSpec(
        String name,
        List<String> command,
        Map<String, String> environment,
        Optional<Path> directory,
        RestartPolicy restart,
        Duration timeoutStop) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    public ProcessSpec {
        require(NAME.matcher(name).matches(), "name", "is not a process name");
        require(!command.isEmpty() && !command.get(0).isEmpty(), "command", "names no program");
        require(command.stream().allMatch(ProcessSpec::isArgument), "command", "holds a NUL character");
        require(environment.keySet().stream().allMatch(ProcessSpec::isVariable), "env", "has a name with = or NUL");
        require(environment.values().stream().allMatch(ProcessSpec::isArgument), "env", "holds a NUL character");
        require(!timeoutStop.isNegative(), "timeout_stop", "is negative");
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** A command with everything else by default: restarted whenever it ends, 90 s to stop. */
    public static ProcessSpec of(String name, List<String> command) {
        return new ProcessSpec(
                name, command, Map.of(), Optional.empty(), RestartPolicy.always(), Duration.ofSeconds(90));
    }

    public ProcessSpec with(RestartPolicy policy) {
        return new ProcessSpec(name, command, environment, directory, policy, timeoutStop);
    }

    public ProcessSpec withTimeoutStop(Duration time) {
        return new ProcessSpec(name, command, environment, directory, restart, time);
    }

    /** Whether a process that runs as this says runs as the other says too; when it is stopped or restarted may differ. */
    boolean runsLike(ProcessSpec other) {
        return command.equals(other.command)
                && environment.equals(other.environment)
                && directory.equals(other.directory);
    }

    /** Without the variables' values, which may be secrets. */
    @Override
    public String toString() {
        return "ProcessSpec[" + name + ", command=" + command + ", env=" + environment.keySet() + "]";
    }

    private static boolean isArgument(String text) {
        return text.indexOf('\0') < 0;
    }

    private static boolean isVariable(String name) {
        return !name.isEmpty() && name.indexOf('=') < 0 && isArgument(name);
    }

    private static void require(boolean holds, String member, String fault) {
        if (!holds) {
            throw new IllegalArgumentException(member + " " + fault);
        }
    }
}
