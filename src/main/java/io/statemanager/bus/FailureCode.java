package io.statemanager.bus;

import java.util.Locale;

/**
 * Every way in which a command may fail, once: the stable code that users see, the HTTP status that goes with it and a short title. The bus
 * carries the status as the reply failure's number, the problem document carries all three.
 */
public enum FailureCode {
    INVALID_REQUEST(400, "The request is not valid"),
    INVALID_ID(400, "The id is not valid"),
    INVALID_CONFIGURATION(400, "The configuration is not valid"),
    ALREADY_CONFIGURED(400, "Already configured"),
    NOT_CONFIGURED(400, "Not configured"),
    NOTHING_TO_CHECKPOINT(400, "The stacks hold neither files nor databases"),
    UNAUTHORIZED(401, "A valid token is needed"),
    NOT_FOUND(404, "Not found"),
    CHECKPOINT_NOT_FOUND(404, "No such checkpoint"),
    PROCESS_NOT_FOUND(404, "No such process"),
    DATABASE_NOT_FOUND(404, "No such database"),
    POSITION_NOT_FOUND(404, "The replica holds no such position"),
    NO_ACTIVE_LEASER(404, "No active leaser component"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    CHECKPOINT_EXISTS(409, "The checkpoint id is taken"),
    CHECKPOINT_IN_USE(409, "The checkpoint is needed"),
    OPERATION_IN_PROGRESS(409, "Another operation is under way"),
    LEASE_HELD(409, "Another owner holds the lease"),
    NOT_OWNER(409, "This machine does not own the environment"),
    ENVIRONMENT_NOT_EMPTY(409, "The environment directory holds files that the store does not know"),
    WRONG_ENVIRONMENT(409, "The store holds another environment of this name, or an older state of it"),
    DATABASE_BUSY(409, "A process has the database open"),
    OUTPUT_EXISTS(409, "The file is there already"),
    RESTORE_BLOCKED(409, "Files that a restore leaves alone are in its way"),
    REPOSITORY_LOCKED(409, "The repository is locked"),
    PROCESS_STATE(409, "The process is not in a state for this"),
    PAYLOAD_TOO_LARGE(413, "The body is too large"),
    STORE_UNREACHABLE(422, "The object store cannot be reached"),
    STORE_DENIED(422, "The object store denies access"),
    BUCKET_NOT_FOUND(422, "The bucket does not exist"),
    STORE_CANNOT_FENCE(422, "The object store does not honour conditional writes"),
    WRONG_PASSWORD(422, "The password does not open the repository"),
    REPOSITORY_DAMAGED(422, "The repository is damaged"),
    REPLICA_DAMAGED(422, "A database replica is damaged"),
    QUERY_FAILED(422, "The statement failed"),
    ANSWER_TOO_LARGE(422, "The answer is too large"),
    INTERNAL(500, "Internal error"),
    CONFIGURATION_CONFLICT(500, "Configuration conflict"),
    FREEZE_TIMEOUT(500, "The processes were frozen for too long"),
    DIRECTORY_FAILED(500, "A directory or file cannot be used"),
    STORE_FAILED(502, "The object store failed"),
    APPLICATION_FAILED(502, "The application failed"),
    UNAVAILABLE(503, "Not available"),
    APPLICATION_UNAVAILABLE(503, "The application is not available"),
    LEASE_LOST(503, "The lease was lost"),
    TIMEOUT(504, "Timed out"),
    APPLICATION_TIMEOUT(504, "The application is too slow"),
    NOT_DURABLE(504, "Not durable"),
    DISK_FULL(507, "The disk is full"),
    MEMORY_TOO_SMALL(507, "This program's memory is too small");

    private final int status;
    private final String title;

    FailureCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status, also the failure number on the bus. */
    public int status() {
        return status;
    }

    /** A short sentence without particulars. */
    public String title() {
        return title;
    }

    /** The stable text of the code, for example {@code lease_held}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
