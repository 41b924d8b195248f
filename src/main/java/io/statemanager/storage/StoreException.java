package io.statemanager.storage;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.Explained;
import io.statemanager.bus.FailureCode;
import java.time.Duration;
import java.util.Objects;

/**
 * The one failure of a store: which operation on which object failed, why, and what a person can do about it.
 *
 * <p>Holds no secret. Carries no stack trace, since it is made on threads whose stack says nothing.
 */
public final class StoreException extends RuntimeException implements Explained {
    private static final long serialVersionUID = 1L;

    private final StoreError error;
    private final String operation;
    private final String key;
    private final String hint;
    private final boolean ambiguous;

    /**
     * @param operation for instance {@code put}
     * @param key of the object, or the prefix; empty where it is about the store as a whole
     * @param reason what happened, as part of a sentence
     * @param hint what can be done; empty where nothing is to be said
     * @param ambiguous the write may have happened all the same
     */
    public StoreException(
            StoreError error,
            String operation,
            String key,
            String reason,
            String hint,
            boolean ambiguous,
            Throwable cause) {
        super(sentence(operation, key, reason), cause, false, false);
        this.error = Objects.requireNonNull(error, "error");
        this.operation = Objects.requireNonNull(operation, "operation");
        this.key = Objects.requireNonNull(key, "key");
        this.hint = Objects.requireNonNull(hint, "hint");
        this.ambiguous = ambiguous;
    }

    public StoreException(StoreError error, String operation, String key, String reason) {
        this(error, operation, key, reason, "", false, null);
    }

    private static String sentence(String operation, String key, String reason) {
        return key.isEmpty() ? operation + ": " + reason : operation + " " + key + ": " + reason;
    }

    public StoreError error() {
        return error;
    }

    public String operation() {
        return operation;
    }

    public String key() {
        return key;
    }

    public String hint() {
        return hint;
    }

    /** Whether the same call may succeed a moment later. */
    public boolean retryable() {
        return error.isTransient();
    }

    /** Whether the write may have happened although it failed here: its answer was lost, or never came. */
    public boolean ambiguous() {
        return ambiguous;
    }

    /** Whether a failure is a store's, of this kind. */
    public static boolean is(Throwable failure, StoreError error) {
        return failure instanceof StoreException e && e.error == error;
    }

    /** The same failure with its ambiguity changed: for writes that consist of several requests. */
    public StoreException ambiguous(boolean now) {
        return now == ambiguous ? this : new StoreException(error, operation, key, reason(), hint, now, getCause());
    }

    /** The same failure told of the key that the caller knows. */
    public StoreException withKey(String other) {
        return new StoreException(error, operation, other, reason(), hint, ambiguous, getCause());
    }

    /** What happened, without operation and key. */
    public String reason() {
        return getMessage().substring(sentence(operation, key, "").length());
    }

    @Override
    public CommandException explained() {
        CommandException shown = CommandException.of(code(), "the object store: " + getMessage(), this);
        CommandException hinted = hint.isEmpty() ? shown : shown.withHint(hint);
        return error == StoreError.THROTTLED ? hinted.retryAfter(Duration.ofSeconds(10)) : hinted;
    }

    private FailureCode code() {
        return switch (error) {
            case UNREACHABLE -> FailureCode.STORE_UNREACHABLE;
            case DENIED -> FailureCode.STORE_DENIED;
            case NO_BUCKET -> FailureCode.BUCKET_NOT_FOUND;
            case CANNOT_FENCE -> FailureCode.STORE_CANNOT_FENCE;
            case TIMEOUT -> FailureCode.TIMEOUT;
            case DISK_FULL -> FailureCode.DISK_FULL;
            case LOCAL_IO -> FailureCode.DIRECTORY_FAILED;
            case GATE_CLOSED -> FailureCode.LEASE_LOST;
            case CLOSED -> FailureCode.UNAVAILABLE;
            default -> FailureCode.STORE_FAILED;
        };
    }
}
