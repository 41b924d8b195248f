package io.statemanager.restic;

import java.security.SecureRandom;

/** The system's randomness, for keys, salts, nonces and identities. */
final class Randomness {

    private static final SecureRandom SOURCE = new SecureRandom();

    private Randomness() {}

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        SOURCE.nextBytes(bytes);
        return bytes;
    }

    static void fill(byte[] bytes) {
        SOURCE.nextBytes(bytes);
    }

    static long bits() {
        return SOURCE.nextLong();
    }
}
