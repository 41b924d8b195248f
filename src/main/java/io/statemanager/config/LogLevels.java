package io.statemanager.config;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Sets how much our own loggers write, and can go back to what it was when the program started. Safe for any thread. */
final class LogLevels {
    private static final Logger OURS = (Logger) LoggerFactory.getLogger("io.statemanager");
    private static final Level AT_START = OURS.getLevel();

    private LogLevels() {}

    /** A null level is the one of the start. */
    static void set(LogSettings log) {
        OURS.setLevel(log.level() == null ? AT_START : Level.toLevel(log.level().name()));
    }
}
