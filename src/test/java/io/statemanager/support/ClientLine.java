package io.statemanager.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command line of the shaded jar, as a process that ends by itself. */
public final class ClientLine {
    private static final long PATIENCE_S = 60;

    private ClientLine() {}

    /** How it ended and what it wrote. */
    public record Result(int code, String out, String err) {}

    /** Runs the jar with these words and, beside what a process has, these variables. */
    public static Result run(Map<String, String> variables, String... words) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-jar",
                Manager.jar().toString()));
        line.addAll(List.of(words));
        try {
            Path out = Files.createTempFile("client", ".out");
            Path err = Files.createTempFile("client", ".err");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
                withoutOurs(builder.environment()).putAll(variables);
                Process process = builder.start();
                process.getOutputStream().close();
                if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(List.of(words) + " does not end\n" + Files.readString(err));
                }
                return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes what would steer a manager or its clients out of an environment, and gives it back. */
    static Map<String, String> withoutOurs(Map<String, String> environment) {
        environment
                .keySet()
                .removeIf(name -> name.startsWith("FLY_")
                        || name.startsWith("STATE_MANAGER_")
                        || name.equals("CONTROLLER_TOKEN")
                        || name.equals("AWS_CA_BUNDLE"));
        return environment;
    }
}
