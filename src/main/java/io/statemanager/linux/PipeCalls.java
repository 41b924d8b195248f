package io.statemanager.linux;

import com.sun.jna.Pointer;

/** The calls for pipes that one thread reads many of. */
final class PipeCalls extends Libc {
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    static final short POLLIN = 1;

    static {
        bind(PipeCalls.class);
    }

    private PipeCalls() {}

    /** {@code ends[0]} is to read from, {@code ends[1]} to write to. */
    static native int pipe2(int[] ends, int flags);

    static native long read(int fd, Pointer buffer, long size);

    static native long write(int fd, byte[] bytes, long size);

    static native int close(int fd);

    /** An array of {@code struct pollfd}: the descriptor (int), what to wait for (short), what there is (short). */
    static native int poll(Pointer entries, long count, int timeoutMs);
}
