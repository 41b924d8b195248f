package io.statemanager.linux;

import java.util.Locale;
import java.util.Optional;

/**
 * The signals that a supervisor sends, takes or reports. Numbers are those of Linux on x86-64 and AArch64 ({@code signal(7)}); real-time
 * signals have no name here.
 */
public enum Signal {
    HUP(1),
    INT(2),
    QUIT(3),
    ILL(4),
    TRAP(5),
    ABRT(6),
    BUS(7),
    FPE(8),
    KILL(9),
    USR1(10),
    SEGV(11),
    USR2(12),
    PIPE(13),
    ALRM(14),
    TERM(15),
    STKFLT(16),
    CHLD(17),
    CONT(18),
    STOP(19),
    TSTP(20),
    TTIN(21),
    TTOU(22),
    URG(23),
    XCPU(24),
    XFSZ(25),
    VTALRM(26),
    PROF(27),
    WINCH(28),
    IO(29),
    PWR(30),
    SYS(31);

    /** What a shell, and the JDK, add to a signal's number to make the exit code of a process that it ended. */
    private static final int SIGNALLED = 128;

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** By name ({@code TERM}, {@code SIGTERM}, in any case) or by number. */
    public static Optional<Signal> of(String text) {
        String name = text.trim().toUpperCase(Locale.ROOT);
        String bare = name.startsWith("SIG") ? name.substring(3) : name;
        for (Signal signal : values()) {
            if (signal.name().equals(bare) || Integer.toString(signal.number).equals(bare)) {
                return Optional.of(signal);
            }
        }
        return Optional.empty();
    }

    /**
     * The signal behind an exit code as the JDK reports it. A program that itself exits with 128 + n cannot be told from one that signal n
     * ended; shells use the same convention.
     */
    public static Optional<Signal> ofExitCode(int code) {
        return code > SIGNALLED && code <= SIGNALLED + SYS.number
                ? of(Integer.toString(code - SIGNALLED))
                : Optional.empty();
    }
}
