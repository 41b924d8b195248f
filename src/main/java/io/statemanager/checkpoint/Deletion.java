package io.statemanager.checkpoint;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.checkpoint.commit.Blocking;
import io.statemanager.checkpoint.commit.CommitBook;
import io.statemanager.checkpoint.commit.CommitDocument;
import io.statemanager.restic.Id;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.io.IOException;

/**
 * Deletes a checkpoint: the commit first, so that it ceases to exist as a whole, then its snapshot where no other commit names that.
 * What a new machine would start from is refused. Blocking.
 */
final class Deletion {
    private final Environment environment;
    private final CommitBook book;

    Deletion(Environment environment) {
        this.environment = environment;
        this.book = environment.book();
    }

    void delete(String id) throws IOException {
        CommitDocument commit = book.require(id);
        if (id.equals(newest())) {
            throw CommandException.of(
                            FailureCode.CHECKPOINT_IN_USE,
                            "the checkpoint '" + id + "' is the newest one: a new machine would start from it")
                    .withHint("make another checkpoint first");
        }
        if (book.isOnlyMemoryOf(id)) {
            environment.store().rememberNumber(book.highestNumber());
        }
        environment.store().delete(id);
        book.remove(id);
        boolean orphan =
                commit.snapshot() != null && !book.names(commit.snapshot().id());
        if (orphan && environment.repository() != null) {
            environment
                    .repository()
                    .repository()
                    .removeSnapshot(Id.parse(commit.snapshot().id()));
        }
    }

    /** This generation's newest line commit, else what this generation started from; null for nothing. */
    private String newest() {
        return book.newestOnLine().map(CommitDocument::id).orElseGet(this::base);
    }

    private String base() {
        String key = environment.owned().name() + "/generations/"
                + environment.owned().generation() + ".json";
        try {
            return Blocking.await(environment.objects().get(key, Range.all()))
                    .body()
                    .toJsonObject()
                    .getString("commit");
        } catch (StoreException e) {
            if (e.error() == StoreError.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }
}
