package io.statemanager.config;

/**
 * What the manager says about itself.
 *
 * @param level the least important lines that are still written; null for what {@code STATE_MANAGER_LOG_LEVEL} says, else {@code info}
 */
public record LogSettings(LogLevel level) {
    static LogSettings read(Section section) {
        LogLevel level = section.choice("level", LogLevel.class, null);
        return section.end().build(() -> new LogSettings(level));
    }
}
