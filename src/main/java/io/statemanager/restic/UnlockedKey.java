package io.statemanager.restic;

/**
 * A key file that a password opened.
 *
 * @param id the key file's name
 * @param masterKey what was in it
 */
public record UnlockedKey(Id id, MasterKey masterKey) {

    /**
     * Tries the repository's key files one after the other.
     *
     * @throws WrongPassword where the password opens none
     * @throws MissingObject where there is no key at all, so no repository
     */
    public static UnlockedKey find(Backend backend, String password) throws java.io.IOException {
        throw new UnsupportedOperationException();
    }
}
