package io.statemanager.checkpoint;

import io.statemanager.bus.CheckpointCommands.Make;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.checkpoint.commit.Blocking;
import io.statemanager.checkpoint.commit.CheckpointIds;
import io.statemanager.checkpoint.commit.CommitBook;
import io.statemanager.checkpoint.commit.CommitDocument;
import io.statemanager.checkpoint.commit.CommitDocument.StoredSnapshot;
import io.statemanager.restic.Id;
import io.statemanager.restic.SealedSnapshot;
import io.statemanager.runtime.Failpoints;
import io.statemanager.storage.StoreException;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The last step of a checkpoint: its snapshot and its commit are written at the same time, and it is done when both are there. Before
 * the commit nothing exists; after it everything does, since it holds the snapshot whole. Blocking.
 */
final class Committing {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Environment environment;
    private final CommitBook book;
    private final Make order;
    private final FilesCapture files;
    private final Map<String, DatabasePosition> databases;
    private final Instant began;

    /** {@code files}: stored; null where files are not in the stacks. */
    Committing(
            Environment environment,
            Make order,
            FilesCapture files,
            Map<String, DatabasePosition> databases,
            Instant began) {
        this.environment = environment;
        this.book = environment.book();
        this.order = order;
        this.files = files;
        this.databases = databases;
        this.began = began;
    }

    /** The commit that is there now. Errors: {@code checkpoint_exists}, {@code not_durable} where its outcome is unknown. */
    CommitDocument commit() throws IOException {
        boolean generated = order.id() == null;
        while (true) {
            String id = generated ? book.nextId() : given(order.id());
            Instant now = Instant.now();
            SealedSnapshot sealed = files == null ? null : seal(id, now);
            CommitDocument document = document(id, now, sealed);
            if (write(document, sealed)) {
                book.add(document);
                return document;
            }
            removeQuietly(sealed);
            environment.store().find(id).ifPresent(book::add);
            if (!generated) {
                throw CommandException.of(FailureCode.CHECKPOINT_EXISTS, "the checkpoint '" + id + "' exists already");
            }
        }
    }

    /** A trailing dash asks for a free id that begins so; not in an id that a user chose. */
    private String given(String id) {
        if (!order.auto() || !id.endsWith("-")) {
            return id;
        }
        String stamped = id + STAMP.format(began);
        String free = stamped;
        for (int n = 2; book.find(free).isPresent(); n++) {
            free = stamped + "-" + n;
        }
        return free;
    }

    private SealedSnapshot seal(String id, Instant now) throws IOException {
        return environment
                .repository()
                .repository()
                .sealSnapshot(
                        SnapshotMaker.snapshot(
                                environment.owned(),
                                id,
                                began,
                                now,
                                parent(),
                                files.saved(),
                                files.receipt(),
                                databases),
                        files.receipt());
    }

    private Id parent() {
        return book.newestOnLine()
                .map(CommitDocument::snapshot)
                .map(StoredSnapshot::id)
                .map(Id::parse)
                .orElse(null);
    }

    private CommitDocument document(String id, Instant now, SealedSnapshot sealed) {
        return new CommitDocument(
                CommitDocument.FORMAT,
                id,
                order.line() ? CommitDocument.CHECKPOINT : CommitDocument.SAFETY,
                order.line(),
                order.auto(),
                environment.owned().generation(),
                environment.owned().nonce(),
                book.nextSequence(),
                Math.max(book.highestNumber(), CheckpointIds.number(id).orElse(0)),
                now,
                order.comment(),
                null,
                sealed == null ? null : stored(sealed),
                files == null ? null : CheckpointMaker.files(files.saved(), newBlobs()),
                databases);
    }

    private long newBlobs() {
        return (long) files.receipt().dataBlobs() + files.receipt().treeBlobs();
    }

    private static StoredSnapshot stored(SealedSnapshot sealed) {
        return new StoredSnapshot(
                sealed.id().toString(),
                Base64.getEncoder().encodeToString(sealed.bytes()),
                sealed.snapshot().tree().toString());
    }

    /** False where the id is taken. */
    private boolean write(CommitDocument document, SealedSnapshot sealed) throws IOException {
        Failpoints.hit("checkpoint.commit.before");
        CompletableFuture<Void> snapshot = sealed == null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.runAsync(
                        () -> save(sealed), environment.pools().transfers());
        Future<Boolean> commit = environment.store().create(document);
        boolean created;
        try {
            created = Blocking.await(commit);
        } catch (StoreException e) {
            finish(snapshot, e);
            throw failed(document, sealed, e);
        }
        Failpoints.hit("checkpoint.commit.after");
        try {
            snapshot.join();
        } catch (CompletionException e) {
            if (!created) {
                return false;
            }
            // The commit is there and can put the snapshot back; but nobody may be told so before it is.
            book.add(document);
            throw rethrown(e);
        }
        Failpoints.hit("checkpoint.committed");
        return created;
    }

    private void save(SealedSnapshot sealed) {
        try {
            environment.repository().repository().saveSnapshot(sealed);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static void finish(CompletableFuture<Void> snapshot, Exception because) {
        try {
            snapshot.join();
        } catch (CompletionException e) {
            because.addSuppressed(e);
        }
    }

    private RuntimeException failed(CommitDocument document, SealedSnapshot sealed, StoreException e) {
        if (!e.ambiguous()) {
            removeQuietly(sealed);
            return e;
        }
        return CommandException.of(
                        FailureCode.NOT_DURABLE,
                        "whether the checkpoint '" + document.id() + "' is there is not known: " + e.getMessage(),
                        e)
                .withHint("`checkpoint list` shows it once the store answers again");
    }

    private static IOException rethrown(CompletionException e) {
        return e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }

    /** A snapshot without a commit; the next opening would find it too. */
    private void removeQuietly(SealedSnapshot sealed) {
        if (sealed == null) {
            return;
        }
        try {
            environment.repository().repository().removeSnapshot(sealed.id());
        } catch (IOException e) {
            // Found and removed at the next opening.
        }
    }
}
