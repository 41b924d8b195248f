package io.statemanager.ltx;

import java.io.IOException;

/**
 * An LTX file, a chain of files or a listing that cannot be used. The reason tells callers what to do; the message names the place.
 * Faults of the underlying stream stay plain {@link IOException}s, except that an early end is {@link Reason#TRUNCATED}.
 */
public final class LtxException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** The bytes do not follow the format. */
        MALFORMED,
        /** The file ends too early. */
        TRUNCATED,
        /** A checksum does not fit: the bytes changed since they were written. */
        CHECKSUM,
        /** Well-formed, but beyond what is handled, such as 2^31 pages. */
        UNSUPPORTED,
        /** A file whose database grows lacks pages of the growth, or a snapshot lacks pages. */
        PAGES_MISSING,
        /** Files that cannot follow each other: a TXID is missing between them, or the page size changes. */
        NOT_CONTIGUOUS,
        /** A listing holds files beyond a TXID that no file covers. */
        GAP,
        /** No file reaches the position that was asked for. */
        NOT_AVAILABLE
    }

    private final Reason reason;

    public LtxException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public LtxException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    static LtxException malformed(String message) {
        return new LtxException(Reason.MALFORMED, message);
    }
}
