package io.statemanager.storage;

import java.util.Locale;

/**
 * What can go wrong with a store. The code is stable: it is what the event bus, HTTP and the command line show.
 *
 * <p>Each has the HTTP status that it is shown as where an operation fails on it; while a configuration is checked, what is the
 * configuration's fault is 422 instead (see {@link StoreProbe}).
 */
public enum StoreError {
    /** No object has the key. */
    NOT_FOUND(404, false),
    /** The condition does not hold; nothing was written. */
    PRECONDITION_FAILED(412, false),
    /** Another conditional write of the same key was under way; nothing was written. */
    CONFLICT(409, true),
    /** The range begins at or behind the object's end. */
    INVALID_RANGE(416, false),
    /** More bytes than the operation or the store allows. */
    TOO_LARGE(413, false),
    /** A key that this store cannot hold. */
    INVALID_KEY(400, false),
    /** No connection, or it was lost. */
    UNREACHABLE(503, true),
    /** No answer in time. */
    TIMEOUT(504, true),
    /** The store, or our own queue in front of it, has too much to do. */
    THROTTLED(503, true),
    /** The store failed by itself (5xx). */
    SERVER_ERROR(502, true),
    /** What arrived is not what was sent: length or checksum differ. */
    CORRUPT(502, true),
    /** Credentials are wrong, have expired, or do not permit this. */
    DENIED(403, false),
    /** The bucket is not there. */
    NO_BUCKET(404, false),
    /** The store does not know this operation, or ignores a condition that it was asked to honour. */
    UNSUPPORTED(422, false),
    /** No space, no inodes, or the quota is used up. */
    DISK_FULL(507, false),
    /** The local directory cannot be read or written. */
    LOCAL_IO(500, false),
    /** We are not the owner at this moment, so no write leaves. */
    GATE_CLOSED(503, false),
    /** The store has been closed. */
    CLOSED(503, false),
    /** An answer that this program does not understand. */
    UNEXPECTED(502, false);

    private final int status;
    private final boolean transientByNature;

    StoreError(int status, boolean transientByNature) {
        this.status = status;
        this.transientByNature = transientByNature;
    }

    /** For instance {@code store_not_found}. */
    public String code() {
        return "store_" + name().toLowerCase(Locale.ROOT);
    }

    public int status() {
        return status;
    }

    /** Whether the same request may succeed a moment later. */
    public boolean isTransient() {
        return transientByNature;
    }
}
