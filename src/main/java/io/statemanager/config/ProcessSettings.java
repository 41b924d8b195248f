package io.statemanager.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One program to run.
 *
 * @param command the program and its arguments; no shell is between
 * @param env what its environment has beside the manager's own; the values may be secrets
 * @param workingDir where it runs, absolute, or null for the manager's own working directory
 * @param restart when it is started again after its end
 * @param restartDelay from an end to the next start, or null for the supervisor's
 * @param timeoutStop from SIGTERM to SIGKILL, or null for the supervisor's
 */
public record ProcessSettings(
        List<String> command,
        Map<String, Secret> env,
        Path workingDir,
        RestartPolicy restart,
        Duration restartDelay,
        Duration timeoutStop) {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final String RESERVED = "STATE_MANAGER_";

    public ProcessSettings {
        command = List.copyOf(command);
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        Rules rules = new Rules().require(!command.isEmpty(), "command", "is required");
        for (int i = 0; i < command.size(); i++) {
            rules.require(command.get(i).indexOf('\0') < 0, "command[" + i + "]", "holds a zero byte");
        }
        rules.require(command.isEmpty() || !command.get(0).isBlank(), "command[0]", "is empty");
        env.forEach((name, value) -> {
            rules.require(VARIABLE.matcher(name).matches(), "env." + name, "is not the name of a variable");
            rules.require(!name.startsWith(RESERVED), "env." + name, "is set by the manager");
            rules.require(value.reveal().indexOf('\0') < 0, "env." + name, "holds a zero byte");
        });
        if (restartDelay != null) {
            rules.notNegative("restart_delay", restartDelay);
        }
        if (timeoutStop != null) {
            rules.notNegative("timeout_stop", timeoutStop);
        }
        rules.hold();
    }

    static ProcessSettings read(Section section, Path dataDir) {
        List<String> command = section.texts("command");
        Map<String, Secret> env = section.entries("env", Section::literal);
        Path workingDir = section.directory("working_dir", null, dataDir);
        RestartPolicy restart = section.choice("restart", RestartPolicy.class, Defaults.RESTART);
        Duration restartDelay = section.duration("restart_delay", null);
        Duration timeoutStop = section.duration("timeout_stop", null);
        return section.end()
                .build(() -> new ProcessSettings(command, env, workingDir, restart, restartDelay, timeoutStop));
    }
}
