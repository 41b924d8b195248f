package io.statemanager.bus;

import java.nio.file.Path;

/**
 * The environment that this machine owns, as the environment verticle hands it to the features once the lease is taken.
 *
 * @param name the environment's name, the first segment of its keys
 * @param envDir the managed tree, absolute
 * @param dataDir our own directory, absolute
 * @param generation the lease's generation: the fencing token that every document carries
 * @param nonce the lease's nonce, unique to this acquisition
 * @param local whether the store is a directory of this machine, so that what is stored is only {@code "local"}
 */
public record Owned(String name, Path envDir, Path dataDir, long generation, String nonce, boolean local) {

    /** How {@code durable} is shown in answers: {@code true}, or {@code "local"}. */
    public Object durable() {
        return local ? "local" : true;
    }
}
