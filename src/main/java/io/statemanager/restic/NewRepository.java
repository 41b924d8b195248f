package io.statemanager.restic;

import java.io.IOException;
import java.time.Instant;

/**
 * The two objects that make a repository, as exact bytes, before they are anywhere. Whoever settles them first (by a create-only object that holds both)
 * decides for all: every initialiser writes those bytes and no others, so two that start at once cannot mix keys.
 *
 * @param keyFile the first key file; its name is the SHA-256 of it
 * @param config the encrypted configuration
 */
public record NewRepository(byte[] keyFile, byte[] config) {

    /**
     * Makes a repository of version 2 with a fresh master key, identity and chunker polynomial.
     *
     * @param password may be empty, as restic's {@code --insecure-no-password} has it
     * @param hostname and
     * @param username are told by {@code restic key list}
     */
    public static NewRepository create(String password, String hostname, String username, Instant created) {
        throw new UnsupportedOperationException();
    }

    /** The key file's name. */
    public Id keyId() {
        return Id.hashOf(keyFile);
    }

    /** Writes both, the key first; repeating it is harmless. A configuration with other bytes that is there already is left and reported. */
    public void saveTo(Backend backend) throws IOException {
        throw new UnsupportedOperationException();
    }
}
