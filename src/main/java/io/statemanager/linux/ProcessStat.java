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
    // Counted from the state on.
    private static final int PARENT = 1;
    private static final int GROUP = 2;
    private static final int SESSION = 3;
    private static final int THREADS = 17;
    private static final int START = 19;

    /** From the file's bytes; empty where they are not a whole line. By hand, since a freeze reads hundreds of them in milliseconds. */
    static Optional<ProcessStat> parse(byte[] bytes, int length) {
        int open = 0;
        while (open < length && bytes[open] != '(') {
            open++;
        }
        // The name may hold spaces and parentheses: it ends at the last one.
        int close = length - 1;
        while (close > open && bytes[close] != ')') {
            close--;
        }
        if (close <= open || close + 2 >= length) {
            return Optional.empty();
        }
        long[] fields = new long[START + 1];
        int found = numbers(bytes, close + 2, length, fields);
        if (found <= START) {
            return Optional.empty();
        }
        return Optional.of(new ProcessStat(
                Integer.parseInt(new String(bytes, 0, open, StandardCharsets.ISO_8859_1).trim()),
                new String(bytes, open + 1, close - open - 1, StandardCharsets.ISO_8859_1),
                (char) bytes[close + 2],
                (int) fields[PARENT],
                (int) fields[GROUP],
                (int) fields[SESSION],
                (int) fields[THREADS],
                fields[START]));
    }

    /** Fills in the fields that are whole, separated by single spaces; letters and signs count as nothing. */
    private static int numbers(byte[] bytes, int from, int length, long[] fields) {
        int field = 0;
        for (int at = from; at < length && field < fields.length; at++) {
            if (bytes[at] == ' ' || bytes[at] == '\n') {
                field++;
            } else if (bytes[at] >= '0' && bytes[at] <= '9') {
                fields[field] = fields[field] * 10 + bytes[at] - '0';
            }
        }
        return field;
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
