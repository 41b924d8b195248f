package io.statemanager.bus;

import static io.statemanager.bus.FailureCode.*;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Checkpoints: making, listing and verifying them, and what the environment asks of them inside. */
public final class CheckpointCommands {
    private CheckpointCommands() {}

    /** {@code id} and {@code checkpoint_id} are two names of one thing; without either the next {@code v1}, {@code v2}, … is taken. */
    public record Create(String id, String checkpointId, String comment) {}

    /** What a checkpoint did to the repository. */
    public record Files(
            long files, long directories, long others, long bytes, long changed, long skipped, long newBlobs) {}

    public record Created(
            String status,
            String checkpointId,
            Object durable,
            Instant createTime,
            String comment,
            Files files,
            Map<String, DatabasePosition> databases,
            long durationMs,
            long pauseMs,
            long bytesUploaded,
            List<String> warnings) {}

    /**
     * A commit as users and the environment see it.
     *
     * @param seq number within its generation
     * @param line whether it is on the line of history; safety copies are not
     * @param kind {@code checkpoint}, {@code restore} (a line commit that names a target), {@code safety} or {@code void}
     * @param snapshot the restic snapshot's id, null where there are no files
     */
    public record Checkpoint(
            String id,
            Instant createTime,
            String comment,
            String kind,
            boolean line,
            boolean auto,
            long generation,
            long seq,
            String snapshot,
            Files files,
            Map<String, DatabasePosition> databases) {}

    public record Checkpoints(List<Checkpoint> checkpoints) {}

    public record ById(String id) {}

    public record Deleted(String status, String checkpointId) {}

    public record Verify(String id, Boolean readData) {}

    public record Verified(
            String status, String checkpointId, long blobs, long bytes, int databases, long durationMs) {}

    public record Restore(String id, String checkpointId) {}

    public record FileChanges(long changed, long deleted, long unchanged) {}

    public record Restored(
            String status,
            String checkpointId,
            String preRestoreId,
            FileChanges files,
            Map<String, DatabasePosition> databases,
            long durationMs,
            List<String> warnings) {}

    public static final Command<Create, Created> CREATE = Command.open(
            "checkpoint.create",
            Create.class,
            Created.class,
            Command.LONG,
            Route.post("/checkpoint").asFollowed(),
            "Makes a checkpoint of files and databases; answers when it is durable.",
            NOT_CONFIGURED,
            INVALID_ID,
            NOTHING_TO_CHECKPOINT,
            CHECKPOINT_EXISTS,
            OPERATION_IN_PROGRESS,
            NOT_OWNER,
            REPOSITORY_LOCKED,
            STORE_FAILED,
            STORE_UNREACHABLE,
            LEASE_LOST,
            NOT_DURABLE,
            FREEZE_TIMEOUT,
            DISK_FULL,
            MEMORY_TOO_SMALL);

    public static final Command<Nothing, Checkpoints> LIST = Command.open(
            "checkpoint.list",
            Nothing.class,
            Checkpoints.class,
            Command.SHORT,
            Route.get("/checkpoints"),
            "Lists the checkpoints, oldest first.",
            NOT_CONFIGURED,
            NOT_OWNER);

    public static final Command<ById, Checkpoint> GET = Command.open(
            "checkpoint.get",
            ById.class,
            Checkpoint.class,
            Command.SHORT,
            Route.get("/checkpoints/{id}"),
            "Shows one checkpoint.",
            NOT_CONFIGURED,
            INVALID_ID,
            CHECKPOINT_NOT_FOUND,
            NOT_OWNER);

    public static final Command<ById, Deleted> DELETE = Command.open(
            "checkpoint.delete",
            ById.class,
            Deleted.class,
            Command.MEDIUM,
            Route.delete("/checkpoints/{id}"),
            "Deletes a checkpoint; its number is never given again.",
            NOT_CONFIGURED,
            INVALID_ID,
            CHECKPOINT_NOT_FOUND,
            CHECKPOINT_IN_USE,
            OPERATION_IN_PROGRESS,
            NOT_OWNER);

    public static final Command<Verify, Verified> VERIFY = Command.open(
            "checkpoint.verify",
            Verify.class,
            Verified.class,
            Command.LONG,
            Route.post("/checkpoints/{id}/verify").query("read_data").asFollowed(),
            "Proves that everything a checkpoint needs is in the store; reads all data with read_data. One at a time, beside other operations.",
            NOT_CONFIGURED,
            INVALID_ID,
            CHECKPOINT_NOT_FOUND,
            OPERATION_IN_PROGRESS,
            REPOSITORY_DAMAGED,
            REPLICA_DAMAGED,
            NOT_OWNER);

    /** Handled by the environment: it stops and starts the processes around the restore. */
    public static final Command<Restore, Restored> RESTORE = Command.open(
            "checkpoint.restore",
            Restore.class,
            Restored.class,
            Command.LONG,
            new Route("POST", List.of("/restore", "/checkpoints/{id}/restore"), java.util.Set.of(), true),
            "Brings files and databases back to a checkpoint; what is replaced is kept as pre-restore-….",
            NOT_CONFIGURED,
            INVALID_ID,
            INVALID_REQUEST,
            CHECKPOINT_NOT_FOUND,
            MEMORY_TOO_SMALL,
            RESTORE_BLOCKED,
            DATABASE_BUSY,
            OPERATION_IN_PROGRESS,
            NOT_OWNER,
            REPOSITORY_DAMAGED,
            REPLICA_DAMAGED,
            LEASE_LOST,
            NOT_DURABLE,
            DISK_FULL);

    // ---- inside ----

    /**
     * Opens the checkpoints of an owned environment: repository (created where there is none), commits, stat cache.
     *
     * @param exclude restic patterns of files that are left out
     * @param files whether files are in the stacks; databases likewise
     * @param maxPauseMs how long a freeze should last at most, in milliseconds
     */
    public record Open(
            Owned environment,
            String password,
            List<String> exclude,
            boolean files,
            boolean databases,
            long maxPauseMs) {}

    public static final Command<Open, Checkpoints> OPEN = Command.internal(
            "checkpoint.open",
            Open.class,
            Checkpoints.class,
            Command.MEDIUM,
            "Opens repository and commits; answers all commits, void ones and safety copies too.");

    public static final Command<Nothing, Nothing> CLOSE = Command.internal(
            "checkpoint.close",
            Nothing.class,
            Nothing.class,
            Command.MEDIUM,
            "Closes the repository: waits for nothing, removes our lock object.");

    /**
     * Makes a commit as the environment needs it.
     *
     * @param id the id, or null for a generated one; with {@code auto} a trailing {@code -} asks for a free id with this beginning ({@code pre-restore-}, {@code stale-}, {@code auto-})
     * @param line whether it belongs to the line of history
     * @param freeze whether processes are to be frozen for the capture (false when they are stopped)
     * @param databasesAsFiles whether every database goes into the snapshot as a file
     */
    public record Make(
            String id, String comment, boolean line, boolean auto, boolean freeze, boolean databasesAsFiles) {}

    public static final Command<Make, Created> MAKE = Command.internal(
            "checkpoint.make",
            Make.class,
            Created.class,
            Command.LONG,
            "Makes a checkpoint for the environment's own purposes.");

    public static final Command<Nothing, Nothing> WARM = Command.internal(
            "checkpoint.warm",
            Nothing.class,
            Nothing.class,
            Command.LONG,
            "The hot pass alone: uploads what changed while the processes run; commits nothing.");

    /** The target of a restore, after every object that it needs was found. */
    public static final Command<ById, Checkpoint> CHECK = Command.internal(
            "checkpoint.check",
            ById.class,
            Checkpoint.class,
            Command.LONG,
            "Proves that a checkpoint can be restored onto what is there; answers it.");

    /**
     * Commits a restore: a line commit that names the target's snapshot and positions with their bases; resent until its outcome is known.
     *
     * @param id the id of the new commit, unique, as the journal has it
     * @param target the checkpoint that is restored
     * @param before the safety copy, whose files the commit carries on where the target holds none
     * @param databases the positions, {@code base} set
     */
    public record CommitRestore(
            String id, String target, String before, String comment, Map<String, DatabasePosition> databases) {}

    public static final Command<CommitRestore, Checkpoint> COMMIT_RESTORE = Command.internal(
            "checkpoint.commit-restore",
            CommitRestore.class,
            Checkpoint.class,
            Command.MEDIUM,
            "Commits the intent of a restore; afterwards the target is the newest state.");

    /**
     * Makes the tree equal to a commit's snapshot.
     *
     * @param keep paths below the environment directory that are left alone (databases with their companions)
     */
    public record ApplyFiles(String id, List<String> keep) {}

    public static final Command<ApplyFiles, FileChanges> APPLY_FILES = Command.internal(
            "checkpoint.apply-files",
            ApplyFiles.class,
            FileChanges.class,
            Command.LONG,
            "Makes the environment directory equal to a commit's snapshot.");

    /**
     * Keeps users' operations out while the environment restores, releases or stops.
     *
     * @param operation its name, shown to those who are refused; null to let them in again
     * @param holder whoever reserves, by any word that nobody else uses; only the same one lets them in again, since it may have lost the
     *     room to a successor meanwhile
     */
    public record Reserve(String operation, String holder) {
        /** Lets users in again, where {@code holder} still keeps them out. */
        public static Reserve lift(String holder) {
            return new Reserve(null, holder);
        }
    }

    public static final Command<Reserve, Nothing> RESERVE = Command.internal(
            "checkpoint.reserve",
            Reserve.class,
            Nothing.class,
            Command.SHORT,
            "Refuses create, delete and other users' operations until it is taken back; MAKE, WARM, CHECK, COMMIT_RESTORE and APPLY_FILES go on. Fails where one is under way.",
            OPERATION_IN_PROGRESS);

    /** The newest line commit that the local tree contains. */
    public record Committed(String id) {}

    /**
     * Handled by the environment: records in state.json that the local tree contains a line commit. Asked for after each line commit and
     * before it is acknowledged to anybody.
     */
    public static final Command<Committed, Nothing> COMMITTED = Command.internal(
            "environment.committed",
            Committed.class,
            Nothing.class,
            Command.SHORT,
            "Records the newest line commit in state.json.");

    /** A short answer for the status, from memory. */
    public record Summary(String state, int count, String newest, String operation, String lastError) {}

    public static final Command<Nothing, Summary> SUMMARY = Command.internal(
            "checkpoint.summary", Nothing.class, Summary.class, Command.SHORT, "The checkpoints' part of the status.");
}
