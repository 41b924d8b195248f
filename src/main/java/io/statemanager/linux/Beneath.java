package io.statemanager.linux;

import static io.statemanager.linux.LibcFiles.*;

import com.sun.jna.Native;

/** {@code openat2(2)} with a path that may not leave its directory nor cross a symlink. */
final class Beneath {
    /** The kernel (before 5.6) or a sandbox does not offer the call. */
    static final int UNSUPPORTED = -2;

    private static final int HOW_BYTES = 24;

    private static volatile boolean refused;

    private Beneath() {}

    /** A descriptor, -1 with {@code errno}, or {@link #UNSUPPORTED}. */
    static int open(int directory, byte[] path, int flags) {
        if (refused) {
            return UNSUPPORTED;
        }
        Scratch scratch = Scratch.own();
        // struct open_how: flags, mode, resolve. The path is copied behind it.
        scratch.buffer.putLong(0, flags).putLong(8, 0).putLong(16, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
        scratch.buffer.put(HOW_BYTES, path);
        long result = syscall(SYS_OPENAT2, directory, scratch.address + HOW_BYTES, scratch.address, HOW_BYTES);
        if (result == -1 && absent(Native.getLastError())) {
            refused = true;
            return UNSUPPORTED;
        }
        return (int) result;
    }

    /** EPERM is what old container sandboxes answer for a call they have never heard of. */
    private static boolean absent(int errno) {
        return errno == ErrnoException.ENOSYS || errno == ErrnoException.EPERM || errno == ErrnoException.EINVAL;
    }
}
