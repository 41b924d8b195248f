package io.statemanager.linux;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One process at one moment, from {@code /proc/<pid>/stat} ({@code proc(5)}).
 *
 * @param command the program's short name, at most 15 bytes
 * @param state one letter: R running, S sleeping, D waiting for a device (or in {@code vfork}), T stopped, t traced, Z zombie, X dead, I idle
 * @param parent the parent's pid, 0 where it is outside this pid namespace
 * @param group the process group
 * @param session the session
 * @param threads how many threads there are; above 1 also for a zombie whose first thread ended alone
 * @param startTicks when it started, in clock ticks since the boot; with the pid it identifies a process for the length of a boot
 */
public record ProcessStat(
        int pid, String command, char state, int parent, int group, int session, int threads, long startTicks) {
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int GROUP = 2;
    private static final int SESSION = 3;
    private static final int THREADS = 17;
    private static final int START = 19;

    /** From the file's bytes; empty where they are not a whole line. */
    static Optional<ProcessStat> parse(byte[] bytes, int length) {
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        // The name may hold spaces and parentheses: it ends at the last one.
        int open = text.indexOf('(');
        int close = text.lastIndexOf(')');
        if (open < 0 || close < open || close + 2 >= text.length()) {
            return Optional.empty();
        }
        String[] fields = text.substring(close + 2).trim().split(" ", -1);
        if (fields.length <= START) {
            return Optional.empty();
        }
        return Optional.of(new ProcessStat(
                Integer.parseInt(text.substring(0, open).trim()),
                text.substring(open + 1, close),
                fields[STATE].charAt(0),
                Integer.parseInt(fields[PARENT]),
                Integer.parseInt(fields[GROUP]),
                Integer.parseInt(fields[SESSION]),
                Integer.parseInt(fields[THREADS]),
                Long.parseLong(fields[START])));
    }

    /** Whether nothing of it runs any more: it is dead, and only its exit status is still there. */
    public boolean isDead() {
        return state == 'X' || state == 'x' || (state == 'Z' && threads <= 1);
    }

    /** Whether its first thread is stopped or traced; the others may not be yet. */
    public boolean isStopped() {
        return state == 'T' || state == 't';
    }

    /** Whether this is the same process, not another one that was given its pid. */
    public boolean isSame(ProcessStat other) {
        return pid == other.pid && startTicks == other.startTicks;
    }
}
