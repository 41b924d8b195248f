package io.statemanager.linux;

import java.io.IOException;
import java.util.Map;

/**
 * A system call that failed: which one, on what, and its {@code errno}. The numbers are those of Linux on x86-64 and AArch64
 * ({@code asm-generic/errno-base.h}, {@code errno.h}).
 */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EAGAIN = 11;
    public static final int ECHILD = 10;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int ERANGE = 34;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int EOPNOTSUPP = 95;

    private static final Map<Integer, String> WORDS = Map.ofEntries(
            Map.entry(EPERM, "not permitted"),
            Map.entry(ENOENT, "no such file or directory"),
            Map.entry(ESRCH, "no such process"),
            Map.entry(EINTR, "interrupted"),
            Map.entry(EIO, "input/output error"),
            Map.entry(ENXIO, "no such device or address"),
            Map.entry(EAGAIN, "try again"),
            Map.entry(ECHILD, "no such child"),
            Map.entry(EACCES, "permission denied"),
            Map.entry(EBUSY, "busy"),
            Map.entry(EEXIST, "exists already"),
            Map.entry(ENOTDIR, "not a directory"),
            Map.entry(EISDIR, "is a directory"),
            Map.entry(EINVAL, "invalid argument"),
            Map.entry(ENOSPC, "no space left on the device"),
            Map.entry(EROFS, "read-only file system"),
            Map.entry(ERANGE, "result too large"),
            Map.entry(ENAMETOOLONG, "name too long"),
            Map.entry(ENOSYS, "not offered by this kernel"),
            Map.entry(ELOOP, "too many symbolic links"),
            Map.entry(ENODATA, "no such attribute"),
            Map.entry(EOPNOTSUPP, "not supported here"));

    private final int errno;

    ErrnoException(String operation, String object, int errno) {
        super(operation + " " + object + ": " + WORDS.getOrDefault(errno, "failed") + " (errno " + errno + ")");
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }

    public boolean is(int number) {
        return errno == number;
    }

    /** Whether what was named is not there any more, or something on the way to it is no directory now. */
    public boolean isGone() {
        return is(ENOENT) || is(ENOTDIR) || is(ELOOP);
    }
}
