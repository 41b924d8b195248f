package io.statemanager.config;

import static io.statemanager.bus.FailureCode.*;

import io.statemanager.bus.Command;
import io.statemanager.bus.ConfigCommands;

/** What the configuration asks of the environment; internal. */
public final class EnvironmentCommands {
    private EnvironmentCommands() {}

    /** Whose state wins where local files meet a store that does not know them. */
    public enum Adopt {
        LOCAL,
        REMOTE
    }

    /**
     * A valid configuration for a manager that has none.
     *
     * @param adopt null where nothing was said
     * @param verify whether the store is probed before anything is saved
     */
    public record Configure(Configuration configuration, Adopt adopt, boolean verify) {}

    /**
     * Handled by the environment: probes the store, takes the lease, decides whose state it is, calls {@link ConfigCommands#SAVE} at the point
     * of no return, settles the state and starts the processes. A failure before that point saves nothing and releases what was taken.
     */
    public static final Command<Configure, ConfigCommands.Applied> CONFIGURE = Command.internal(
            "environment.configure",
            Configure.class,
            ConfigCommands.Applied.class,
            Command.LONG,
            "Takes a configuration into force and answers when the processes run.",
            STORE_UNREACHABLE,
            STORE_DENIED,
            BUCKET_NOT_FOUND,
            STORE_CANNOT_FENCE,
            WRONG_PASSWORD,
            LEASE_HELD,
            ENVIRONMENT_NOT_EMPTY,
            WRONG_ENVIRONMENT,
            OPERATION_IN_PROGRESS);
}
