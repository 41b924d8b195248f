package io.statemanager.checkpoint;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.checkpoint.repository.StoreFailure;
import io.statemanager.linux.ErrnoException;
import io.statemanager.restic.RepositoryException;
import io.statemanager.restic.RepositoryLocked;
import io.statemanager.restic.UnsupportedRepository;
import io.statemanager.restic.WrongPassword;
import io.statemanager.storage.StoreException;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** Turns what the steps throw into the one failure that users see. */
final class Failures {
    private static final String NO_SPACE = "No space left on device";

    private Failures() {}

    static CommandException of(Throwable failure) {
        Throwable known = failure;
        // A writer whose upload failed repeats that, wrapped, to everyone who goes on using it.
        while (!isKnown(known) && known.getCause() != null) {
            known = known.getCause();
        }
        if (known instanceof StoreFailure store) {
            return CommandException.from(store.store());
        }
        if (known instanceof RepositoryException repository) {
            return of(repository);
        }
        if (isKnown(known)) {
            return CommandException.from(known);
        }
        if (failure instanceof IOException) {
            return CommandException.of(code(failure), String.valueOf(failure.getMessage()), failure);
        }
        return CommandException.from(failure);
    }

    private static boolean isKnown(Throwable failure) {
        return failure instanceof CommandException
                || failure instanceof StoreException
                || failure instanceof StoreFailure
                || failure instanceof RepositoryException;
    }

    private static FailureCode code(Throwable failure) {
        return isDiskFull(failure) ? FailureCode.DISK_FULL : FailureCode.DIRECTORY_FAILED;
    }

    private static CommandException of(RepositoryException failure) {
        if (failure instanceof RepositoryLocked) {
            return CommandException.of(FailureCode.REPOSITORY_LOCKED, failure.getMessage(), failure)
                    .withHint("somebody prunes or repairs the repository; wait until it is done, or remove a lock that"
                            + " nobody holds any more with `restic unlock`");
        }
        if (failure instanceof WrongPassword) {
            return CommandException.of(FailureCode.WRONG_PASSWORD, failure.getMessage(), failure)
                    .withHint("set storage.password to the password that the repository was made with");
        }
        if (failure instanceof UnsupportedRepository) {
            return CommandException.of(FailureCode.REPOSITORY_DAMAGED, failure.getMessage(), failure);
        }
        return CommandException.of(FailureCode.REPOSITORY_DAMAGED, failure.getMessage(), failure)
                .withHint("`restic check --read-data` names all that is damaged; other checkpoints may be whole");
    }

    private static boolean isDiskFull(Throwable failure) {
        if (failure instanceof ErrnoException e) {
            return e.is(ErrnoException.ENOSPC);
        }
        String said = failure instanceof FileSystemException f ? f.getReason() : failure.getMessage();
        return failure instanceof IOException && NO_SPACE.equals(said);
    }
}
