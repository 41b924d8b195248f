package io.statemanager.config;

import java.time.Duration;

/**
 * How processes are kept up and brought down.
 *
 * @param timeoutStop from SIGTERM to SIGKILL, unless the process says otherwise
 * @param restartDelay from an end to the next start, unless the process says otherwise
 * @param shutdownLimit how long an orderly stop of the manager may take in all
 */
public record SupervisorSettings(Duration timeoutStop, Duration restartDelay, Duration shutdownLimit) {
    public SupervisorSettings {
        new Rules()
                .notNegative("timeout_stop", timeoutStop)
                .notNegative("restart_delay", restartDelay)
                .atLeast(Duration.ofSeconds(1), "shutdown_limit", shutdownLimit)
                .hold();
    }

    static SupervisorSettings read(Section section) {
        Duration timeoutStop = section.duration("timeout_stop", Defaults.TIMEOUT_STOP);
        Duration restartDelay = section.duration("restart_delay", Defaults.RESTART_DELAY);
        Duration shutdownLimit = section.duration("shutdown_limit", Defaults.SHUTDOWN_LIMIT);
        return section.end().build(() -> new SupervisorSettings(timeoutStop, restartDelay, shutdownLimit));
    }
}
