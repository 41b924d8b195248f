package io.statemanager.linux;

/**
 * Signals to processes and groups, and what this process is to its descendants. Every call is immediate; any thread.
 */
public final class Processes {
    private static final int SELF = Libc.getpid();

    private Processes() {}

    /** This process. */
    public static int self() {
        return SELF;
    }

    /** This process's session. */
    public static int session() {
        return Libc.getsid(0);
    }

    /** Whether this is the first process of its pid namespace, to which all orphans in it come. */
    public static boolean isInit() {
        return SELF == 1;
    }

    /** Makes orphaned descendants come to this process instead of to init. Pid 1 has that anyway. */
    public static void becomeSubreaper() throws ErrnoException {
        Libc.check(Libc.prctl(Libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl", "PR_SET_CHILD_SUBREAPER");
    }

    /**
     * Sends a signal to a process.
     *
     * @return false where there is none of this pid
     * @throws ErrnoException where it may not be signalled
     */
    public static boolean signal(int pid, Signal signal) throws ErrnoException {
        return send(requirePid(pid), signal.number(), pid);
    }

    /**
     * Sends a signal to exactly this process, never to another one that was given its pid since it was looked at.
     *
     * @return false where it is gone
     * @throws ErrnoException where it may not be signalled
     */
    public static boolean signal(ProcessStat process, Signal signal) throws ErrnoException {
        int fd = Pidfd.open(requirePid(process.pid()));
        if (fd == Pidfd.GONE) {
            return false;
        }
        if (fd == Pidfd.UNAVAILABLE) {
            return isStill(process) && signal(process.pid(), signal);
        }
        try {
            return isStill(process) && Pidfd.signal(fd, signal, process.pid());
        } finally {
            Pidfd.release(fd);
        }
    }

    /** Sends a signal to every member of a process group; false where the group is empty. A zombie is a member. */
    public static boolean signalGroup(int group, Signal signal) throws ErrnoException {
        return send(-requirePid(group), signal.number(), "group " + group);
    }

    /** Whether a process group has a member, be it a zombie or one that may not be signalled. */
    public static boolean groupExists(int group) {
        return Libc.kill(-requirePid(group), 0) == 0
                || !Libc.failure("kill", group).is(ErrnoException.ESRCH);
    }

    private static boolean isStill(ProcessStat process) {
        return ProcessTable.look(process.pid()).filter(process::isSame).isPresent();
    }

    private static boolean send(int target, int signal, Object object) throws ErrnoException {
        if (Libc.kill(target, signal) == 0) {
            return true;
        }
        ErrnoException failure = Libc.failure("kill", object);
        if (failure.is(ErrnoException.ESRCH)) {
            return false;
        }
        throw failure;
    }

    /** 0 would be our own group, -1 everybody, 1 the whole container. */
    private static int requirePid(int pid) {
        if (pid <= 1) {
            throw new IllegalArgumentException("not a process to signal: " + pid);
        }
        return pid;
    }
}
