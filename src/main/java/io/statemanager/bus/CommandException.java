package io.statemanager.bus;

import java.time.Duration;
import java.util.List;

/**
 * The one failure of a command, thrown and carried inside the JVM and mapped once at each door: to a problem document by HTTP, to an envelope
 * by the bridge, to a message and an exit code by the command line. Its texts are made for users and hold no secret.
 */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final String hint;
    private final transient List<Fault> faults;
    private final Duration retryAfter;

    private CommandException(
            FailureCode code, String detail, String hint, List<Fault> faults, Duration retryAfter, Throwable cause) {
        super(detail, cause);
        this.code = code;
        this.hint = hint;
        this.faults = List.copyOf(faults);
        this.retryAfter = retryAfter;
    }

    /** A failure with what happened, to what, and why. */
    public static CommandException of(FailureCode code, String detail) {
        return new CommandException(code, detail, null, List.of(), null, null);
    }

    /** The same with its cause, which goes to the log and not to the user. */
    public static CommandException of(FailureCode code, String detail, Throwable cause) {
        return new CommandException(code, detail, null, List.of(), null, cause);
    }

    /** An input with every one of its faults. */
    public static CommandException invalid(FailureCode code, List<Fault> faults) {
        String detail = faults.isEmpty() ? code.title() : describe(faults.get(0));
        String more = faults.size() > 1 ? " (and " + (faults.size() - 1) + " more)" : "";
        return new CommandException(code, detail + more, null, faults, null, null);
    }

    /** The same failure with what the user can do about it. */
    public CommandException withHint(String text) {
        return new CommandException(code, getMessage(), text, faults, retryAfter, getCause());
    }

    /** The same failure with the time after which another attempt makes sense. */
    public CommandException retryAfter(Duration time) {
        return new CommandException(code, getMessage(), hint, faults, time, getCause());
    }

    /** The failure as a command's: itself or its cause where that is one already or explains itself, else an internal error. */
    public static CommandException from(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof CommandException known) {
                return known;
            }
            if (at instanceof Explained explained) {
                return explained.explained();
            }
        }
        String text = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return of(FailureCode.INTERNAL, text, failure);
    }

    private static String describe(Fault fault) {
        return fault.path().isEmpty() ? fault.message() : fault.path() + ": " + fault.message();
    }

    public FailureCode code() {
        return code;
    }

    /** What happened; never null. */
    public String detail() {
        return getMessage();
    }

    /** What the user can do, or null. */
    public String hint() {
        return hint;
    }

    /** Detail and hint in one line, for the log and for status. */
    public String detailWithHint() {
        return hint == null ? detail() : detail() + "; " + hint;
    }

    public List<Fault> faults() {
        return faults;
    }

    /** When to try again, or null. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
