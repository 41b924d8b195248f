package io.statemanager.linux;

/**
 * The C library's calls about files, all of the {@code …at} kind where there is one, so that a caller can hold on to a directory
 * and never walks a path that somebody else may bend. Names are bytes ending in NUL; buffers are addresses of direct memory.
 * Errors as {@link Libc} has them. Flag values: Linux's {@code asm-generic/fcntl.h}, and AArch64's own for two of them.
 */
final class LibcFiles extends Libc {
    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));

    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_EMPTY_PATH = 0x1000;

    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

    static final int SEEK_DATA = 3;
    static final int SEEK_HOLE = 4;

    /** Type, mode, link count, owner, times, inode, size and blocks. */
    static final int STATX_BASIC_STATS = 0x7ff;

    static final int STATX_BYTES = 256;

    /** The same number on every architecture; the C library has no wrapper for it. */
    static final long SYS_OPENAT2 = 437;

    static final long RESOLVE_NO_SYMLINKS = 0x04;
    static final long RESOLVE_BENEATH = 0x08;

    static {
        bind(LibcFiles.class);
    }

    private LibcFiles() {}

    static native int openat(int directory, byte[] name, int flags, int mode);

    static native long syscall(long number, long a, long b, long c, long d);

    static native int close(int file);

    static native int statx(int directory, byte[] name, int flags, int mask, long result);

    static native long getdents64(int directory, long buffer, long size);

    static native long readlinkat(int directory, byte[] name, long buffer, long size);

    static native long read(int file, long buffer, long size);

    static native long pread(int file, long buffer, long size, long offset);

    static native long pwrite(int file, long buffer, long size, long offset);

    static native long lseek(int file, long offset, int whence);

    static native int ftruncate(int file, long size);

    static native int fsync(int file);

    static native int fdatasync(int file);

    /** Everything of the filesystem that the descriptor lies on. */
    static native int syncfs(int file);

    /** {@code struct statfs}: the filesystem's type is its first word, of 64 bits on every architecture here. */
    static native int fstatfs(int file, long result);

    static native int fchmod(int file, int mode);

    static native int fchmodat(int directory, byte[] name, int mode, int flags);

    static native int fchown(int file, int user, int group);

    static native int fchownat(int directory, byte[] name, int user, int group, int flags);

    static native int futimens(int file, long times);

    static native int utimensat(int directory, byte[] name, long times, int flags);

    static native int mkdirat(int directory, byte[] name, int mode);

    static native int mkfifoat(int directory, byte[] name, int mode);

    static native int mknodat(int directory, byte[] name, int mode, long device);

    static native int symlinkat(byte[] target, int directory, byte[] name);

    static native int linkat(int from, byte[] name, int to, byte[] newName, int flags);

    static native int renameat(int from, byte[] name, int to, byte[] newName);

    static native int unlinkat(int directory, byte[] name, int flags);

    static native long llistxattr(byte[] path, long list, long size);

    static native long lgetxattr(byte[] path, byte[] name, long value, long size);

    static native int lsetxattr(byte[] path, byte[] name, byte[] value, long size, int flags);

    static native int lremovexattr(byte[] path, byte[] name);
}
