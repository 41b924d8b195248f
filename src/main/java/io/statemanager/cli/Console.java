package io.statemanager.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command sees of the outside.
 *
 * @param environment the environment variables
 * @param terminal whether a person watches, so that progress may be drawn over itself
 */
public record Console(PrintStream out, PrintStream err, Map<String, String> environment, boolean terminal) {

    /** This process's own. */
    public static Console system() {
        return new Console(System.out, System.err, System.getenv(), isTerminal());
    }

    /** Whether the error output, where progress goes, is a terminal; the JDK's own answer differs from version to version. */
    private static boolean isTerminal() {
        try {
            String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
