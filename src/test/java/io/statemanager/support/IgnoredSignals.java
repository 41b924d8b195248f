package io.statemanager.support;

import io.statemanager.linux.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Signals that whoever ran the tests wants ignored, and so does then every program below: nohup ignores SIGHUP, a shell without job control SIGINT
 * in what it runs in the background.
 */
public final class IgnoredSignals {
    private IgnoredSignals() {}

    public static boolean isIgnoredHere(Signal signal) throws IOException {
        String mask = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> line.substring("SigIgn:".length()).strip())
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(mask, 16) >>> (signal.number() - 1) & 1) == 1;
    }

    /** Ends the test as skipped, and says why, where the signal is ignored. */
    public static void assumeNotIgnored(Signal signal) throws IOException {
        Assumptions.assumeFalse(
                isIgnoredHere(signal),
                "LEFT OUT: SIG" + signal + " is ignored by whoever ran the tests (nohup, or a shell's background job)");
    }
}
