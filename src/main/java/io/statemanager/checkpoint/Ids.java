package io.statemanager.checkpoint;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.checkpoint.commit.CheckpointIds;

/** The id of a request, which has two names for it. */
final class Ids {
    private Ids() {}

    /** The given id, or null where none was given. Errors: {@code invalid_id}. */
    static String chosen(String id, String checkpointId) {
        if (id != null && checkpointId != null && !id.equals(checkpointId)) {
            throw CommandException.of(
                    FailureCode.INVALID_ID, "id and checkpoint_id are two names of one thing, and differ");
        }
        String chosen = id != null ? id : checkpointId;
        if (chosen != null && !CheckpointIds.isValid(chosen)) {
            throw invalid();
        }
        return chosen;
    }

    static CommandException invalid() {
        return CommandException.of(
                FailureCode.INVALID_ID,
                "a checkpoint id has letters, digits, '.', '_' and '-', begins with a letter or digit, and has at most 128 characters");
    }
}
