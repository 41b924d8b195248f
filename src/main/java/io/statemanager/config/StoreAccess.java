package io.statemanager.config;

import io.vertx.core.Future;

/**
 * What the configuration asks of the object store, given by whoever knows both. Called on the configuration's context; each call ends within
 * the store's own deadlines and fails with a {@link io.statemanager.bus.CommandException}.
 */
public interface StoreAccess {

    /** Tries the store of a configuration that is not in force, without taking it into use; fails with the store's codes (422). */
    Future<Void> probe(Configuration configuration);

    /** Goes on with other credentials for the store in use; requests under way end with the old ones. */
    Future<Void> changeCredentials(StorageSettings storage);

    /** Writes a document below the key prefix of the store in use, as its owner. */
    Future<Void> write(String key, byte[] document);
}
