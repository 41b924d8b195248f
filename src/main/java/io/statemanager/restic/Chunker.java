package io.statemanager.restic;

/**
 * Finds where restic would cut a file: where the Rabin fingerprint of the last 64 bytes has 20 zero bits, but neither before 512 KiB nor after 8 MiB.
 * Confined to one thread; the tables behind it are shared.
 */
public final class Chunker {

    public static final int MIN_SIZE = 512 * 1024;
    public static final int MAX_SIZE = 8 * 1024 * 1024;

    public Chunker(Polynomial polynomial) {
        throw new UnsupportedOperationException();
    }

    /** Forgets what was seen of the current chunk. */
    public void reset() {
        throw new UnsupportedOperationException();
    }

    /**
     * Looks at the chunk's next bytes.
     *
     * @param chunk holds the current chunk from {@code start}; bytes before {@code from} were looked at before
     * @return the index behind the chunk's last byte, or -1 where it goes on past {@code to}
     */
    public int next(byte[] chunk, int start, int from, int to) {
        throw new UnsupportedOperationException();
    }
}
