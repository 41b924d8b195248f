package io.statemanager.replication;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.ltx.LtxException;
import java.io.IOException;
import java.util.Locale;

/** What went wrong in this room, as a command's failure. */
final class Failures {
    private Failures() {}

    static Throwable explain(Throwable failure) {
        if (failure instanceof LtxException) {
            return CommandException.of(
                    FailureCode.REPLICA_DAMAGED, "a replica cannot be used: " + failure.getMessage(), failure);
        }
        if (failure instanceof IOException) {
            String text = String.valueOf(failure.getMessage());
            boolean full = text.toLowerCase(Locale.ROOT).contains("no space left")
                    || text.toLowerCase(Locale.ROOT).contains("quota exceeded");
            return full
                    ? CommandException.of(FailureCode.DISK_FULL, "a database cannot be worked on: " + text, failure)
                            .withHint("make room below the data directory and the environment directory")
                    : CommandException.of(
                            FailureCode.DIRECTORY_FAILED, "a database cannot be worked on: " + text, failure);
        }
        return failure;
    }
}
