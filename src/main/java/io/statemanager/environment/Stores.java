package io.statemanager.environment;

import io.statemanager.config.Configuration;
import io.statemanager.storage.ObjectStore;
import io.vertx.core.Future;

/** The store as the environment opens it; every feature reaches it by the store's own commands afterwards. */
public interface Stores {

    /**
     * Opens the configured store; with {@code probe} finds out whether it can fence, what its quirks are, and says what is wrong with it.
     *
     * @return whether it is a directory of this machine
     */
    Future<Boolean> open(Configuration configuration, boolean probe);

    /** Closes it. */
    Future<Void> close();

    /** Writes through here pass the lease gate. */
    ObjectStore gated();
}
