package io.statemanager.checkpoint;

import io.statemanager.bus.CheckpointCommands.CommitRestore;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.checkpoint.commit.Blocking;
import io.statemanager.checkpoint.commit.CommitBook;
import io.statemanager.checkpoint.commit.CommitDocument;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The line commit of a restore: it names the target's snapshot and positions, and from the moment that it is there the target is the
 * newest state. Whether it is there must be known before anything local is touched: it is sent until that is so, and to give up, a
 * void commit takes its place, or finds it there. Blocking.
 */
final class RestoreCommit {
    /** How long the store may leave its outcome open before it is given up. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Environment environment;
    private final CommitBook book;
    private final CommitRestore order;

    RestoreCommit(Environment environment, CommitRestore order) {
        this.environment = environment;
        this.book = environment.book();
        this.order = order;
    }

    /** The commit, which is there. A failure means that it never will be, but where it says {@code lease_lost} or {@code not_durable}. */
    CommitDocument commit() throws IOException {
        CommitDocument target = book.require(order.target());
        new CheckpointRestorer(environment).checkAgain(target);
        new Positions(environment).check(replaced());
        CommitDocument wanted = document(CommitDocument.RESTORE, true, target, order.databases());
        if (!settle(wanted)) {
            throw CommandException.of(
                    FailureCode.CHECKPOINT_EXISTS, "the checkpoint '" + order.id() + "' exists already");
        }
        book.add(wanted);
        return wanted;
    }

    /** Only what changes: the commit must not name a position that is not there, since every start from then on needs it. */
    private Map<String, DatabasePosition> replaced() {
        Map<String, DatabasePosition> replaced = new HashMap<>(order.databases());
        replaced.values().removeIf(position -> position.base() == null);
        return replaced;
    }

    private boolean settle(CommitDocument wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return Blocking.await(environment.store().create(wanted));
            } catch (StoreException e) {
                if (!e.ambiguous()) {
                    throw e;
                }
                if (e.error() == StoreError.GATE_CLOSED || e.error() == StoreError.CLOSED) {
                    throw open(e);
                }
                if (System.nanoTime() - deadline > 0) {
                    return giveUp(wanted, e);
                }
            }
        }
    }

    /** True where the commit proves to be there after all. */
    private boolean giveUp(CommitDocument wanted, StoreException because) {
        CommitDocument nothing = document(CommitDocument.VOID, false, null, Map.of());
        try {
            if (!Blocking.await(environment.store().create(nothing))) {
                return environment
                        .store()
                        .find(wanted.id())
                        .filter(there ->
                                there.seq() == wanted.seq() && there.nonce().equals(wanted.nonce()))
                        .isPresent();
            }
        } catch (StoreException e) {
            throw open(e);
        }
        book.add(nothing);
        throw because.ambiguous(false);
    }

    private CommandException open(StoreException e) {
        return CommandException.of(
                FailureCode.NOT_DURABLE,
                "whether the commit '" + order.id() + "' of the restore is there is not known: " + e.getMessage(),
                e);
    }

    private CommitDocument document(
            String kind, boolean line, CommitDocument target, Map<String, DatabasePosition> databases) {
        return new CommitDocument(
                CommitDocument.FORMAT,
                order.id(),
                kind,
                line,
                true,
                environment.owned().generation(),
                environment.owned().nonce(),
                book.nextSequence(),
                book.highestNumber(),
                Instant.now(),
                order.comment(),
                order.target(),
                target == null ? null : files(target).snapshot(),
                target == null ? null : files(target).files(),
                databases);
    }

    /** Where the target holds no files those of the safety copy go on: they are what stays in the tree. */
    private CommitDocument files(CommitDocument target) {
        return target.snapshot() != null || order.before() == null
                ? target
                : book.find(order.before()).orElse(target);
    }
}
