package io.statemanager.storage;

/** What can go wrong with a store; {@link StoreException#explained} says how each is shown to users. */
public enum StoreError {
    /** No object has the key. */
    NOT_FOUND(false),
    /** The condition does not hold; nothing was written. */
    PRECONDITION_FAILED(false),
    /** Another conditional write of the same key was under way; nothing was written. */
    CONFLICT(true),
    /** The range begins at or behind the object's end. */
    INVALID_RANGE(false),
    /** More bytes than the operation or the store allows. */
    TOO_LARGE(false),
    /** A key that this store cannot hold. */
    INVALID_KEY(false),
    /** No connection, or it was lost. */
    UNREACHABLE(true),
    /** No answer in time. */
    TIMEOUT(true),
    /** The store, or our own queue in front of it, has too much to do. */
    THROTTLED(true),
    /** The store failed by itself (5xx). */
    SERVER_ERROR(true),
    /** What arrived is not what was sent: length or checksum differ. */
    CORRUPT(true),
    /** Credentials are wrong, have expired, or do not permit this. */
    DENIED(false),
    /** The bucket is not there. */
    NO_BUCKET(false),
    /** The store does not know this operation. */
    UNSUPPORTED(false),
    /** The store does not do what ownership rests on, so that two machines could own the environment at once. */
    CANNOT_FENCE(false),
    /** No space, no inodes, or the quota is used up. */
    DISK_FULL(false),
    /** The local directory cannot be read or written. */
    LOCAL_IO(false),
    /** We are not the owner at this moment, so no write leaves. */
    GATE_CLOSED(false),
    /** The store has been closed. */
    CLOSED(false),
    /** An answer that this program does not understand. */
    UNEXPECTED(false);

    private final boolean transientByNature;

    StoreError(boolean transientByNature) {
        this.transientByNature = transientByNature;
    }

    /** Whether the same request may succeed a moment later. */
    public boolean isTransient() {
        return transientByNature;
    }

    /** Whether this tells of the store's health, and not of what was asked of it. */
    public boolean isTroubleOfTheStore() {
        return switch (this) {
            case UNREACHABLE,
                    TIMEOUT,
                    THROTTLED,
                    SERVER_ERROR,
                    CORRUPT,
                    DENIED,
                    NO_BUCKET,
                    CANNOT_FENCE,
                    DISK_FULL,
                    LOCAL_IO,
                    UNEXPECTED -> true;
            default -> false;
        };
    }
}
