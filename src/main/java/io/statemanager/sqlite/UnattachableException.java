package io.statemanager.sqlite;

import java.nio.file.Path;

/** A database that cannot be replicated as it is, and why; it goes into checkpoints as a file. The reason is made for users. */
public final class UnattachableException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnattachableException(Path database, String reason, Throwable cause) {
        super(database.getFileName() + ": " + reason, cause);
    }

    public UnattachableException(Path database, String reason) {
        this(database, reason, null);
    }
}
