package io.statemanager.supervision;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a command can be executed at all, asked before it is started: afterwards it would only show as exit code 127 or 126 of the program
 * that makes its session.
 */
final class CommandCheck {
    private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

    private CommandCheck() {}

    /** What is wrong, in words; empty where nothing is. */
    static Optional<String> problem(ProcessSpec spec, Map<String, String> variables) {
        Path directory = spec.directory().orElse(Path.of("")).toAbsolutePath();
        if (!Files.isDirectory(directory)) {
            return Optional.of("the working directory " + directory + " does not exist");
        }
        String program = spec.command().get(0);
        if (program.indexOf('/') >= 0) {
            return fault(directory.resolve(program), program);
        }
        Optional<String> fault = Optional.empty();
        for (String entry : variables.getOrDefault("PATH", DEFAULT_PATH).split(":", -1)) {
            Path candidate = directory.resolve(entry).resolve(program);
            if (Files.exists(candidate)) {
                fault = fault(candidate, candidate.toString());
                if (fault.isEmpty()) {
                    return fault;
                }
            }
        }
        return Optional.of(fault.orElse("command not found: " + program));
    }

    private static Optional<String> fault(Path file, String name) {
        if (!Files.exists(file)) {
            return Optional.of("command not found: " + name);
        }
        if (Files.isDirectory(file)) {
            return Optional.of("not a program but a directory: " + name);
        }
        return Files.isExecutable(file) ? Optional.empty() : Optional.of("not executable: " + name);
    }
}
