package io.statemanager.sqlite;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The files that SQLite keeps beside a database: log, shared-memory index, and the journal of rollback mode. */
public final class Companions {
    private static final String LOG = "-wal";
    private static final String INDEX = "-shm";
    private static final String JOURNAL = "-journal";

    private Companions() {}

    public static Path log(Path database) {
        return Path.of(database + LOG);
    }

    public static Path index(Path database) {
        return Path.of(database + INDEX);
    }

    public static Path journal(Path database) {
        return Path.of(database + JOURNAL);
    }

    /** All of them, whether they are there or not. */
    public static List<Path> of(Path database) {
        return List.of(log(database), index(database), journal(database));
    }

    /** The database whose index a file would be by its name. */
    static Optional<Path> databaseOfIndex(Path file) {
        String text = file.toString();
        return text.endsWith(INDEX) && !text.endsWith("/" + INDEX)
                ? Optional.of(Path.of(text.substring(0, text.length() - INDEX.length())))
                : Optional.empty();
    }
}
