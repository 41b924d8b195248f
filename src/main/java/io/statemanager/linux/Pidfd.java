package io.statemanager.linux;

import com.sun.jna.Pointer;

/**
 * File descriptors of processes (Linux 5.3): a signal through one never reaches another process that was given the pid since. The system
 * calls' numbers are the same on every architecture.
 */
final class Pidfd extends Libc {
    static final int GONE = -1;
    static final int UNAVAILABLE = -2;

    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final long PIDFD_OPEN = 434;

    static {
        bind(Pidfd.class);
    }

    private Pidfd() {}

    private static native long syscall(long number, long a, long b, Pointer c, long d);

    private static native int close(int fd);

    /** A descriptor, or {@link #GONE}, or {@link #UNAVAILABLE} where the kernel or a filter of system calls does not offer it. */
    static int open(int pid) {
        long fd = syscall(PIDFD_OPEN, pid, 0, null, 0);
        if (fd >= 0) {
            return (int) fd;
        }
        return failure("pidfd_open", pid).is(ErrnoException.ESRCH) ? GONE : UNAVAILABLE;
    }

    static boolean signal(int fd, Signal signal, int pid) throws ErrnoException {
        if (syscall(PIDFD_SEND_SIGNAL, fd, signal.number(), null, 0) == 0) {
            return true;
        }
        ErrnoException failure = failure("pidfd_send_signal", pid);
        if (failure.is(ErrnoException.ESRCH)) {
            return false;
        }
        throw failure;
    }

    static void release(int fd) {
        close(fd);
    }
}
