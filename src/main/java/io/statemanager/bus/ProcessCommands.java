package io.statemanager.bus;

import static io.statemanager.bus.FailureCode.*;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The supervised processes. */
public final class ProcessCommands {
    private ProcessCommands() {}

    /** How a process ended last: an exit code or a signal, when, and its last lines. */
    public record Exit(Integer code, String signal, boolean outOfMemory, Instant time, List<String> lastLines) {}

    public record ProcessView(
            String name,
            String state,
            Long pid,
            Long uptimeMs,
            int restarts,
            Instant nextRestart,
            Exit lastExit,
            String reason,
            List<String> command) {}

    public record Processes(List<ProcessView> processes) {}

    public record ByName(String name) {}

    public record Done(String status, ProcessView process) {}

    public record Signal(String name, String signal) {}

    /**
     * @param lines how many of the last lines, 100 by default
     * @param after only lines with a higher number: who asks again with the last one that it got follows the output
     */
    public record Logs(String name, Integer lines, Long after) {}

    /**
     * @param number grows by one from line to line of a process; a gap means lines that are no longer kept
     * @param stream {@code stdout} or {@code stderr}
     */
    public record LogLine(long number, Instant time, String stream, String text) {}

    public record LogLines(String name, List<LogLine> lines) {}

    public record Run(List<String> command, Long timeoutMs) {}

    public record Ran(Integer code, String signal, String output, boolean truncated, long durationMs) {}

    public static final Command<Nothing, Processes> LIST = Command.open(
            "process.list",
            Nothing.class,
            Processes.class,
            Command.SHORT,
            Route.get("/processes"),
            "Lists the processes with state, PID, restarts and last exit.");

    public static final Command<ByName, Done> START = Command.open(
            "process.start",
            ByName.class,
            Done.class,
            Command.MEDIUM,
            Route.post("/processes/{name}/start"),
            "Starts a process that is stopped, at once.",
            PROCESS_NOT_FOUND,
            NOT_OWNER,
            PROCESS_STATE);

    public static final Command<ByName, Done> STOP = Command.open(
            "process.stop",
            ByName.class,
            Done.class,
            Command.MEDIUM,
            Route.post("/processes/{name}/stop"),
            "Stops a process with its whole group; it stays stopped.",
            PROCESS_NOT_FOUND);

    public static final Command<ByName, Done> RESTART = Command.open(
            "process.restart",
            ByName.class,
            Done.class,
            Command.MEDIUM,
            Route.post("/processes/{name}/restart"),
            "Stops and starts a process.",
            PROCESS_NOT_FOUND,
            NOT_OWNER,
            PROCESS_STATE);

    public static final Command<Signal, Done> SIGNAL = Command.open(
            "process.signal",
            Signal.class,
            Done.class,
            Command.SHORT,
            Route.post("/processes/{name}/signal").query("signal"),
            "Sends a signal to a process's group.",
            PROCESS_NOT_FOUND,
            PROCESS_STATE,
            INVALID_REQUEST);

    public static final Command<Logs, LogLines> LOGS = Command.open(
            "process.logs",
            Logs.class,
            LogLines.class,
            Command.SHORT,
            Route.get("/processes/{name}/logs").query("lines", "after"),
            "Shows a process's last lines of output.",
            PROCESS_NOT_FOUND,
            INVALID_REQUEST);

    public static final Command<Run, Ran> RUN = Command.open(
            "process.run",
            Run.class,
            Ran.class,
            Command.LONG,
            Route.post("/run"),
            "Runs a command in the environment and answers its exit code and output.",
            INVALID_REQUEST,
            NOT_OWNER,
            OPERATION_IN_PROGRESS,
            TIMEOUT);

    // ---- inside ----

    /**
     * One process as the configuration has it; durations in milliseconds.
     *
     * @param workingDir absolute, or null for the manager's own
     * @param restart {@code always}, {@code on-failure} or {@code never}
     */
    public record Definition(
            String name,
            List<String> command,
            Map<String, String> env,
            String workingDir,
            String restart,
            long restartDelayMs,
            long timeoutStopMs) {

        /** Without the values of {@code env}, which may be secrets. */
        @Override
        public String toString() {
            return "Definition[name=" + name + ", command=" + command + ", env=" + env.keySet() + ", workingDir="
                    + workingDir + ", restart=" + restart + "]";
        }
    }

    /** @param variables what every process gets beside its own ({@code STATE_MANAGER_ENV_DIR}, {@code STATE_MANAGER_DATABASE}) */
    public record Apply(List<Definition> processes, Map<String, String> variables) {}

    public static final Command<Apply, Nothing> APPLY = Command.internal(
            "process.apply",
            Apply.class,
            Nothing.class,
            Command.MEDIUM,
            "Sets the processes that there are: restarts running ones that changed, starts new ones where any may run.");

    public static final Command<Nothing, Nothing> START_ALL = Command.internal(
            "process.start-all",
            Nothing.class,
            Nothing.class,
            Command.MEDIUM,
            "Permits processes to run and starts those that were not stopped by hand; answers when each was launched or its first launch failed.");

    public static final Command<Nothing, Nothing> STOP_ALL = Command.internal(
            "process.stop-all",
            Nothing.class,
            Nothing.class,
            Command.MEDIUM,
            "Stops all in order and forbids starts; answers when every group is empty.");

    public static final Command<Nothing, Nothing> KILL_ALL = Command.internal(
            "process.kill-all",
            Nothing.class,
            Nothing.class,
            Command.SHORT,
            "SIGKILL to every group, at once, frozen or not, and forbids starts; answers when they are gone.");

    /** @param watchdogMs after this time the processes are thawed whatever happens; 0 for no watchdog (the lease's deadline) */
    public record Freeze(String reason, long watchdogMs) {}

    /** @param pids every frozen process, for a look at what it has mapped */
    public record Frozen(List<Long> pids, long tookMs) {}

    public static final Command<Freeze, Frozen> FREEZE = Command.internal(
            "process.freeze",
            Freeze.class,
            Frozen.class,
            Command.SHORT,
            "Stops every process of the environment in its tracks; freezes of different reasons add up.",
            FREEZE_TIMEOUT);

    public record Thaw(String reason) {}

    /**
     * @param expired whether they were not held still up to this thaw, so that what was read meanwhile is of no one moment: the watchdog or a
     *     stop had thawed them before, or somebody had let a process go on
     * @param why in words, where it expired
     */
    public record Thawed(boolean expired, long frozenMs, String why) {}

    public static final Command<Thaw, Thawed> THAW = Command.internal(
            "process.thaw",
            Thaw.class,
            Thawed.class,
            Command.SHORT,
            "Takes one reason's freeze back; they run again when no reason is left.");

    public static final Command<Nothing, Nothing> END_FORMER = Command.internal(
            "process.end-former",
            Nothing.class,
            Nothing.class,
            Command.MEDIUM,
            "Ends what is left of a former incarnation's processes and proves them gone.");
}
