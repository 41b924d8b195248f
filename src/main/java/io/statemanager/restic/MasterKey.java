package io.statemanager.restic;

/**
 * A repository's master key: encrypts and authenticates everything in it. Deriving it from a password costs about half a second of CPU and 64 MiB, so a
 * caller may keep it in memory; it is never written anywhere in clear and never printed.
 */
public final class MasterKey {

    MasterKey() {}

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "MasterKey";
    }
}
