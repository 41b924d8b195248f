package io.statemanager.sqlite;

import java.io.IOException;
import java.nio.file.Path;

/** A file that may not be opened at this moment, since closing it again would drop locks of ours. */
public final class FileHeldException extends IOException {
    private static final long serialVersionUID = 1L;

    FileHeldException(Path file) {
        super(file + ": belongs to a database that is in use here and cannot be opened beside it");
    }
}
