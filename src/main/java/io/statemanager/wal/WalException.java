package io.statemanager.wal;

import java.io.IOException;

/** A log does not hold what it should, or more than can be handled. A log that merely ends is none: that is how logs end. */
public final class WalException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** A frame that the shared-memory index calls committed is missing, belongs to another generation or fails its checksum. */
        FRAME_MISSING,
        /** The frames are there, but are not those that the index describes: the log was restarted, or one of the two is damaged. */
        NOT_AS_INDEXED,
        /** A database of 2^31 pages or more. */
        TOO_LARGE
    }

    private final Reason reason;

    WalException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
