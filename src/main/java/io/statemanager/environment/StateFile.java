package io.statemanager.environment;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Keeps {@code state.json}: every change is on the disk before the step that rests on it. A file that cannot be read is an error and never taken
 * for an absent one, since that would make somebody's state look like unknown files.
 *
 * <p>Blocking; one change at a time, from the environment's worker.
 */
final class StateFile {
    private final Path file;
    private StateDocument document;

    StateFile(Path dataDir) {
        this.file = dataDir.resolve("state.json");
    }

    synchronized StateDocument get() {
        if (document == null) {
            document = read();
        }
        return document;
    }

    synchronized StateDocument change(UnaryOperator<StateDocument> change) {
        StateDocument next = change.apply(get());
        if (!next.equals(document)) {
            try {
                DurableFile.write(file, Json.document(next));
            } catch (IOException e) {
                throw CommandException.of(
                                FailureCode.DIRECTORY_FAILED, file + " cannot be written: " + e.getMessage(), e)
                        .withHint("free space or make the data directory writable; nothing was changed");
            }
            document = next;
        }
        return document;
    }

    private StateDocument read() {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return StateDocument.fresh();
        } catch (IOException e) {
            throw unreadable(e.getMessage(), e);
        }
        try {
            StateDocument read = Json.bind(Json.parse(bytes, FailureCode.DIRECTORY_FAILED), StateDocument.class);
            if (read.format() != StateDocument.FORMAT) {
                throw unreadable("format " + read.format() + " is not known, only " + StateDocument.FORMAT, null);
            }
            return read;
        } catch (CommandException e) {
            throw unreadable(e.detail(), e);
        }
    }

    private CommandException unreadable(String why, Throwable cause) {
        return CommandException.of(FailureCode.DIRECTORY_FAILED, file + " cannot be read: " + why, cause)
                .withHint(
                        "it says whose state is on this disk; restore it, or move the data directory aside to start from the store");
    }
}
