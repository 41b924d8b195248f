package io.statemanager.supervision;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.bus.ProcessCommands.Definition;
import io.statemanager.bus.ProcessCommands.ProcessView;
import io.statemanager.linux.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Between the records of the commands and the supervisor's own: checks what comes in, shapes what goes out. */
final class Views {
    private static final int DEFAULT_LINES = 100;
    private static final Duration DEFAULT_RUN = Duration.ofMinutes(10);

    private Views() {}

    static ProcessCommands.Processes of(List<ProcessStatus> all) {
        return new ProcessCommands.Processes(all.stream().map(Views::of).toList());
    }

    static ProcessView of(ProcessStatus status) {
        return new ProcessView(
                status.name(),
                status.state(),
                status.pid().map(Integer::longValue).orElse(null),
                status.upSince()
                        .map(since -> Math.max(
                                0, Duration.between(since, Instant.now()).toMillis()))
                        .orElse(null),
                status.restarts(),
                status.nextRestart().orElse(null),
                status.lastExit().map(Views::of).orElse(null),
                status.reason().orElse(null),
                status.command());
    }

    private static ProcessCommands.Exit of(ProcessExit exit) {
        return new ProcessCommands.Exit(exit.code(), signal(exit), false, exit.time(), exit.lastLines());
    }

    private static String signal(ProcessExit exit) {
        return exit.signal().map(signal -> "SIG" + signal).orElse(null);
    }

    static List<ProcessSpec> specs(List<Definition> definitions) {
        return definitions.stream().map(Views::spec).toList();
    }

    private static ProcessSpec spec(Definition definition) {
        try {
            return new ProcessSpec(
                    definition.name(),
                    definition.command(),
                    definition.env() == null ? Map.of() : definition.env(),
                    Optional.ofNullable(definition.workingDir()).map(Path::of),
                    RestartPolicy.always()
                            .with(RestartPolicy.Mode.of(definition.restart()))
                            .withDelay(Duration.ofMillis(definition.restartDelayMs())),
                    Duration.ofMillis(definition.timeoutStopMs()));
        } catch (IllegalArgumentException e) {
            throw invalid("processes." + definition.name(), e.getMessage());
        }
    }

    static ProcessCommands.LogLines logs(Supervisor supervisor, ProcessCommands.Logs request) {
        int lines = request.lines() == null ? DEFAULT_LINES : request.lines();
        long after = request.after() == null ? 0 : request.after();
        if (lines < 1) {
            throw invalid("lines", "is less than 1");
        }
        return new ProcessCommands.LogLines(
                request.name(),
                supervisor.logs(request.name(), lines, after).stream()
                        .map(line -> new ProcessCommands.LogLine(
                                line.number(), line.time(), line.stream().word(), line.text()))
                        .toList());
    }

    static Signal signal(String text) {
        return Optional.ofNullable(text)
                .flatMap(Signal::of)
                .orElseThrow(() -> invalid("signal", "is no signal, such as HUP, SIGUSR1 or 15"));
    }

    static List<String> command(ProcessCommands.Run request) {
        if (request.command() == null || request.command().isEmpty()) {
            throw invalid("command", "is required");
        }
        try {
            return ProcessSpec.of("run", request.command()).command();
        } catch (IllegalArgumentException e) {
            throw invalid("command", e.getMessage());
        }
    }

    static Duration limit(ProcessCommands.Run request) {
        Duration limit = request.timeoutMs() == null ? DEFAULT_RUN : Duration.ofMillis(request.timeoutMs());
        if (limit.isNegative() || limit.isZero()) {
            throw invalid("timeout_ms", "is not positive");
        }
        return limit;
    }

    static ProcessCommands.Ran ran(OneOffs.Outcome outcome) {
        return new ProcessCommands.Ran(
                outcome.exit().code(),
                signal(outcome.exit()),
                outcome.output(),
                outcome.truncated(),
                outcome.took().toMillis());
    }

    private static CommandException invalid(String path, String fault) {
        return CommandException.invalid(FailureCode.INVALID_REQUEST, List.of(new Fault(path, fault)));
    }
}
