package io.statemanager.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a {@code main} of the tests in a JVM of its own, with the tests' class path. */
public final class JavaProgram {
    private JavaProgram() {}

    /**
     * A program that is not started yet.
     *
     * @param before what comes before {@code java}, for example {@code unshare}; may be empty
     */
    public static ProcessBuilder of(List<String> before, Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command);
    }

    /** Whether this machine lets us make a pid namespace of our own, in which a program is pid 1. */
    public static boolean mayUnshare() {
        try {
            Process process = new ProcessBuilder("unshare", "-pf", "--mount-proc", "true")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits for the end of a program and gives what it wrote; both outputs must be one. */
    public static String output(ProcessBuilder program) throws IOException {
        Process process = program.redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
