package io.statemanager.sqlite;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.Explained;
import io.statemanager.bus.FailureCode;
import java.nio.file.Path;
import java.util.List;

/** Somebody has the database open, so it may not be replaced; as far as {@code /proc} tells, who. */
public final class DatabaseBusyException extends Exception implements Explained {
    private static final long serialVersionUID = 1L;

    private final transient List<String> holders;

    DatabaseBusyException(Path database, List<String> holders) {
        super(database + ": is open in "
                + (holders.isEmpty() ? "a process that cannot be named" : String.join(", ", holders)));
        this.holders = List.copyOf(holders);
    }

    /** Texts such as {@code python3 (pid 4711)}; may be empty. */
    public List<String> holders() {
        return holders;
    }

    @Override
    public CommandException explained() {
        return CommandException.of(FailureCode.DATABASE_BUSY, getMessage(), this)
                .withHint("end what has the database open, then try again");
    }
}
