package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.Judges;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The official program on one repository, without cache and in UTC. */
final class Restic {

    private final Path program;
    private final Path repository;
    private final String password;

    private Restic(Path program, Path repository, String password) {
        this.program = program;
        this.repository = repository;
        this.password = password;
    }

    /** restic 0.19.1 or newer. */
    static Restic current(Path repository, String password) {
        return new Restic(Judges.require(Judges.restic(), "restic"), repository, password);
    }

    /** restic 0.14. */
    static Restic old(Path repository, String password) {
        return new Restic(Judges.require(Judges.restic014(), "restic 0.14"), repository, password);
    }

    /** Runs a command that must succeed; returns its standard output. */
    String run(String... arguments) throws IOException, InterruptedException {
        Result result = attempt(null, arguments);
        assertThat(result.exit)
                .as("restic %s: %s", List.of(arguments), result.text)
                .isZero();
        return result.text;
    }

    /** As {@link #run}, in a folder. */
    String runIn(Path folder, String... arguments) throws IOException, InterruptedException {
        Result result = attempt(folder, arguments);
        assertThat(result.exit)
                .as("restic %s: %s", List.of(arguments), result.text)
                .isZero();
        return result.text;
    }

    /** Runs a command that may fail. */
    Result attempt(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--no-cache", "-r", repository.toString()));
        if (password.isEmpty()) {
            command.add("--insecure-no-password");
        }
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("restic", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
            builder.redirectInput(
                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().put("RESTIC_PASSWORD", password);
            builder.environment().put("TZ", "UTC");
            builder.environment().put("RESTIC_PROGRESS_FPS", "0.01");
            if (folder != null) {
                builder.directory(folder.toFile());
            }
            if (password.isEmpty()) {
                builder.environment().remove("RESTIC_PASSWORD");
            }
            Process process = builder.start();
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("restic hangs: " + command + Files.readString(out));
            }
            return new Result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
        } finally {
            Files.delete(out);
        }
    }

    record Result(int exit, String text) {}
}
