package io.statemanager.bus;

import java.util.List;

/** Every public command, in the order of the documentation. Doors, permissions and the OpenAPI document are made from this list alone. */
public final class Commands {
    public static final List<Command<?, ?>> PUBLIC = List.of(
            StatusCommands.GET,
            ConfigCommands.GET,
            ConfigCommands.APPLY,
            CheckpointCommands.CREATE,
            CheckpointCommands.LIST,
            CheckpointCommands.GET,
            CheckpointCommands.DELETE,
            CheckpointCommands.VERIFY,
            CheckpointCommands.RESTORE,
            LeaseCommands.GET,
            LeaseCommands.RELEASE,
            LeaseCommands.ACQUIRE,
            ProcessCommands.LIST,
            ProcessCommands.START,
            ProcessCommands.STOP,
            ProcessCommands.RESTART,
            ProcessCommands.SIGNAL,
            ProcessCommands.LOGS,
            ProcessCommands.RUN,
            DatabaseCommands.LIST,
            DatabaseCommands.POSITIONS,
            DatabaseCommands.RESTORE,
            DatabaseCommands.QUERY);

    private Commands() {}
}
