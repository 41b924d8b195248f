package io.statemanager.config;

import io.statemanager.bus.Command;
import io.statemanager.bus.Nothing;
import java.util.List;
import java.util.Optional;

/**
 * What is in force, by reference, for the other verticles; internal.
 *
 * @param configuration empty while there is none, or while sources are in conflict
 * @param origin where it came from; null where there is none
 * @param conflict what the sources in conflict are; empty where there is no conflict
 * @param restartRequired the settings that were given a value which counts from the next start on
 * @param warnings what a person should know, one sentence each
 */
public record CurrentConfig(
        Optional<Configuration> configuration,
        Origin origin,
        List<String> conflict,
        List<String> restartRequired,
        List<String> warnings) {

    public static final Command<Nothing, CurrentConfig> COMMAND = Command.internal(
            "config.current",
            Nothing.class,
            CurrentConfig.class,
            Command.SHORT,
            "The configuration in force as a record; asked again after an event config.changed.");

    /**
     * Writes the configuration in force without its secrets to the store, where it is not there yet. Done by itself when
     * the environment publishes {@code state.running}; for the owner only.
     */
    public static final Command<Nothing, Nothing> BACKUP = Command.internal(
            "config.backup",
            Nothing.class,
            Nothing.class,
            Command.MEDIUM,
            "Keeps a copy of the configuration without secrets in the store.");
}
