package io.statemanager.config;

/**
 * What the manager says about itself.
 *
 * @param level the least important lines that are still written
 */
public record LogSettings(LogLevel level) {
    static LogSettings read(Section section) {
        LogLevel level = section.choice("level", LogLevel.class, Defaults.LOG_LEVEL);
        return section.end().build(() -> new LogSettings(level));
    }
}
