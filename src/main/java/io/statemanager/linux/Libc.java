package io.statemanager.linux;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * The C library by JNA's direct mapping: the calls about processes, and the errno convention that every class of native calls in
 * this room shares.
 *
 * <p>A class with further calls extends this one, declares them {@code static native} and binds them by {@code static {
 * bind(ThatClass.class); }}. The symbols are looked up in the running process, which has the C library loaded: a look-up by name
 * would make JNA run {@code ldconfig}.
 *
 * <p>A C function fails by returning -1 and leaving its reason in {@code errno}, which JNA keeps for the calling thread until its
 * next native call. {@link #check} must therefore be the very next thing done with a result. Thread: any.
 */
abstract class Libc {
    static final int SIG_BLOCK = 0;
    static final int SIG_UNBLOCK = 1;
    static final int SIG_SETMASK = 2;
    static final int WNOHANG = 1;
    static final int PR_SET_CHILD_SUBREAPER = 36;
    static final int PR_GET_CHILD_SUBREAPER = 37;

    /** Bytes of glibc's and musl's {@code sigset_t}. */
    static final int SIGSET_BYTES = 128;

    static {
        bind(Libc.class);
    }

    Libc() {}

    /** Binds the native methods that {@code type} declares itself. */
    static void bind(Class<?> type) {
        Native.register(type, NativeLibrary.getProcess());
    }

    static native int kill(int pid, int signal);

    static native int getpid();

    /** The process group of {@code pid}, 0 for the caller. */
    static native int getpgid(int pid);

    static native int getsid(int pid);

    static native int getuid();

    /** Status of a child in {@code status[0]}. Only ever with a positive pid: -1 would steal exit codes from the JDK. */
    static native int waitpid(int pid, int[] status, int options);

    /** Variadic in C; its arguments are passed as longs, which is the same on x86-64 and AArch64. */
    static native int prctl(int option, long a, long b, long c, long d);

    /** Returns the error number itself and leaves {@code errno} alone. {@code set} and {@code old} are of {@link #SIGSET_BYTES}. */
    static native int pthread_sigmask(int how, byte[] set, byte[] old);

    /** Passes a result on unless it is -1. Must directly follow the call. */
    static int check(int result, String operation, Object object) throws ErrnoException {
        if (result == -1) {
            throw failure(operation, object);
        }
        return result;
    }

    /** As {@link #check(int, String, Object)}, for calls that return a size or an offset. */
    static long check(long result, String operation, Object object) throws ErrnoException {
        if (result == -1) {
            throw failure(operation, object);
        }
        return result;
    }

    /** What the calling thread's last native call failed with. */
    static ErrnoException failure(String operation, Object object) {
        return new ErrnoException(operation, String.valueOf(object), Native.getLastError());
    }
}
