package io.statemanager.config;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import io.statemanager.bus.ProcessCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings of the processes as the supervisor takes them: the command behind {@code --} first, then the configured ones in order. */
public final class Processes {
    /** The process that the command behind {@code --} is. */
    public static final String APP = "app";

    private Processes() {}

    /**
     * The processes of a configuration.
     *
     * @param command behind {@code --}; empty where there is none
     * @throws CommandException {@code invalid_configuration} where {@code app} is there twice
     */
    public static ProcessCommands.Apply of(Configuration configuration, List<String> command) {
        check(configuration, command);
        SupervisorSettings supervisor = configuration.supervisor();
        List<ProcessCommands.Definition> definitions = new ArrayList<>();
        if (!command.isEmpty()) {
            definitions.add(app(command, supervisor.restartDelay(), supervisor.timeoutStop()));
        }
        configuration.processes().forEach((name, process) -> definitions.add(definition(name, process, supervisor)));
        return new ProcessCommands.Apply(
                definitions, variables(configuration.storage().envDir()));
    }

    /** The command behind {@code --} alone, for a manager that is not configured. */
    public static ProcessCommands.Apply unconfigured(List<String> command, Path dataDir) {
        return new ProcessCommands.Apply(
                command.isEmpty() ? List.of() : List.of(app(command, Defaults.RESTART_DELAY, Defaults.TIMEOUT_STOP)),
                variables(dataDir.resolve(Defaults.ENV_DIR).toAbsolutePath().normalize()));
    }

    /** Fails where a configured {@code app} meets a command behind {@code --}. */
    public static void check(Configuration configuration, List<String> command) {
        if (!command.isEmpty() && configuration.processes().containsKey(APP)) {
            throw CommandException.invalid(
                    FailureCode.INVALID_CONFIGURATION,
                    List.of(new Fault("processes." + APP, "the command behind -- is the process app already")));
        }
    }

    private static ProcessCommands.Definition app(List<String> command, Duration restartDelay, Duration timeoutStop) {
        return new ProcessCommands.Definition(
                APP,
                List.copyOf(command),
                Map.of(),
                null,
                Defaults.RESTART.text(),
                restartDelay.toMillis(),
                timeoutStop.toMillis());
    }

    private static ProcessCommands.Definition definition(
            String name, ProcessSettings process, SupervisorSettings supervisor) {
        Map<String, String> env = new LinkedHashMap<>();
        process.env().forEach((variable, value) -> env.put(variable, value.reveal()));
        Duration restartDelay = process.restartDelay() == null ? supervisor.restartDelay() : process.restartDelay();
        Duration timeoutStop = process.timeoutStop() == null ? supervisor.timeoutStop() : process.timeoutStop();
        return new ProcessCommands.Definition(
                name,
                process.command(),
                env,
                process.workingDir() == null ? null : process.workingDir().toString(),
                process.restart().text(),
                restartDelay.toMillis(),
                timeoutStop.toMillis());
    }

    private static Map<String, String> variables(Path envDir) {
        return Map.of(
                "STATE_MANAGER_ENV_DIR", envDir.toString(),
                "STATE_MANAGER_DATABASE",
                        envDir.resolve("db").resolve("app.sqlite").toString());
    }
}
