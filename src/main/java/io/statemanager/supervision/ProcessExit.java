package io.statemanager.supervision;

import io.statemanager.linux.Signal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a death.
 *
 * @param code the exit code, or 128 and the number of the signal that ended it
 * @param time when
 * @param lastLines what it wrote last, oldest first
 */
record ProcessExit(int code, Instant time, List<String> lastLines) {

    /** The signal that ended it, as far as the code tells. */
    public Optional<Signal> signal() {
        return Signal.ofExitCode(code);
    }

    public boolean isSuccess() {
        return code == 0;
    }

    ProcessExit withLastLines(List<String> lines) {
        return new ProcessExit(code, time, lines);
    }

    /** For example {@code exit code 3} or {@code SIGKILL}. */
    String words() {
        return signal().map(signal -> "SIG" + signal).orElse("exit code " + code);
    }
}
