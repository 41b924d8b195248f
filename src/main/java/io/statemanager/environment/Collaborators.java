package io.statemanager.environment;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Events;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.bus.StatusCommands;
import io.statemanager.config.Configuration;
import io.statemanager.runtime.Ticker;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the environment is given by the program.
 *
 * @param processes the processes of a configuration (null: unconfigured), with the command behind {@code --}
 * @param storage the store's part of the status, from memory
 * @param owner this machine's name, for people
 * @param hasCommand whether there is a command behind {@code --}
 */
public record Collaborators(
        Bus bus,
        Events events,
        Ticker ticker,
        Stores stores,
        Function<Configuration, ProcessCommands.Apply> processes,
        Supplier<Future<StatusCommands.Storage>> storage,
        Path dataDir,
        String owner,
        boolean hasCommand) {}
