package io.statemanager.bus;

import static io.statemanager.bus.FailureCode.*;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The environment's SQLite databases and their replicas. */
public final class DatabaseCommands {
    private DatabaseCommands() {}

    /**
     * A database as users see it.
     *
     * @param state {@code replicated}, {@code file} (checkpointed as a file, with the reason), {@code missing} or {@code failed}
     * @param txid the replica's position, null before the first upload
     */
    public record DatabaseView(
            String name,
            String path,
            String state,
            Long txid,
            Integer pageSize,
            Long pages,
            Long sizeBytes,
            Long walBytes,
            String reason,
            String lastError) {}

    public record Databases(List<DatabaseView> databases) {}

    public record Query(String name, String sql, List<JsonNode> parameters, Integer limit) {}

    public record Rows(List<String> columns, List<List<JsonNode>> rows, boolean truncated) {}

    public static final Command<Nothing, Databases> LIST = Command.open(
            "database.list",
            Nothing.class,
            Databases.class,
            Command.SHORT,
            Route.get("/databases"),
            "Lists the databases with their positions.",
            NOT_CONFIGURED);

    public static final Command<Query, Rows> QUERY = Command.open(
            "database.query",
            Query.class,
            Rows.class,
            Command.SHORT,
            Route.post("/databases/{name}/query"),
            "Reads from a database: up to 1000 rows (limit, 100 by default), up to 8 MiB, of values up to 4 MiB.",
            NOT_CONFIGURED,
            NOT_OWNER,
            DATABASE_NOT_FOUND,
            QUERY_FAILED,
            ANSWER_TOO_LARGE,
            INVALID_REQUEST);

    public record ByName(String name) {}

    /**
     * A file of a replica, and so a position that can be restored.
     *
     * @param txid the position: the last TXID of the file
     * @param minTxid the first one
     * @param level 0 as captured, 1 to 8 merged, 9 a snapshot
     * @param time when the store got it, by the store's clock
     */
    public record Position(long txid, long minTxid, int level, long sizeBytes, Instant time) {}

    /** In the order of their positions. */
    public record Positions(String name, String path, List<Position> positions) {}

    public static final Command<ByName, Positions> POSITIONS = Command.open(
            "database.positions",
            ByName.class,
            Positions.class,
            Command.MEDIUM,
            Route.get("/databases/{name}/positions"),
            "Lists the files of a database's replica, whose last TXIDs are the positions that it can be restored to.",
            NOT_CONFIGURED,
            DATABASE_NOT_FOUND);

    /**
     * @param txid the position; null for that of the {@code timestamp}, or for the newest
     * @param timestamp RFC 3339, or how long ago ({@code 90s}, {@code 1h30m})
     * @param output an absolute path on the manager's machine for a new file; null to restore in place
     * @param dryRun whether to say only what would be restored
     */
    public record Restore(String name, Long txid, String timestamp, String output, Boolean dryRun) {}

    /**
     * @param status {@code success}, or {@code dry_run}
     * @param time when the store got the position, by the store's clock
     * @param fetchBytes size of the files that the position is made of; of these only the pages that it needs are fetched
     * @param output the new file, null where it was in place
     * @param preRestoreId the checkpoint that keeps what was replaced, null for a new file
     */
    public record Restored(
            String status,
            String name,
            String path,
            long txid,
            Instant time,
            int pageSize,
            long pages,
            long sizeBytes,
            int files,
            long fetchBytes,
            String output,
            String preRestoreId,
            long durationMs) {}

    /** Handled by the environment: in place it stops and starts the processes around the restore. */
    public static final Command<Restore, Restored> RESTORE = Command.open(
            "database.restore",
            Restore.class,
            Restored.class,
            Command.LONG,
            Route.post("/databases/{name}/restore").asFollowed(),
            "Brings a database to a position of its replica: in place, or in a new file (output), for which nothing stops.",
            NOT_CONFIGURED,
            NOT_OWNER,
            INVALID_REQUEST,
            DATABASE_NOT_FOUND,
            POSITION_NOT_FOUND,
            OUTPUT_EXISTS,
            DATABASE_BUSY,
            OPERATION_IN_PROGRESS,
            REPLICA_DAMAGED,
            LEASE_LOST,
            NOT_DURABLE,
            DIRECTORY_FAILED,
            DISK_FULL,
            MEMORY_TOO_SMALL);

    // ---- inside ----

    /** @param txid the position; null for that of the {@code timestamp}, or where that is null too, for the newest that is stored */
    public record Find(String name, Long txid, String timestamp) {}

    /**
     * What a restore would be made of, after everything about it but the pages was looked at.
     *
     * @param position of the replica
     * @param files how many it is made of
     */
    public record Found(String name, DatabasePosition position, Instant time, int files, long fetchBytes) {
        public long sizeBytes() {
            return position.pages() * position.pageSize();
        }
    }

    public static final Command<Find, Found> FIND = Command.internal(
            "database.find",
            Find.class,
            Found.class,
            Command.MEDIUM,
            "Finds a position of a replica by TXID or time, and proves that it can be planned and fits into memory.",
            DATABASE_NOT_FOUND,
            POSITION_NOT_FOUND,
            REPLICA_DAMAGED,
            MEMORY_TOO_SMALL);

    /** @param output an absolute path at which there is nothing */
    public record Extract(Found found, String output) {}

    public static final Command<Extract, Nothing> EXTRACT = Command.internal(
            "database.extract",
            Extract.class,
            Nothing.class,
            Command.LONG,
            "Makes a new file of a position, beside everything else; one at a time.",
            OUTPUT_EXISTS,
            OPERATION_IN_PROGRESS,
            REPLICA_DAMAGED,
            MEMORY_TOO_SMALL,
            DISK_FULL);

    public record Open(Owned environment) {}

    /**
     * What a replica holds.
     *
     * @param newest the last TXID of any level, claims included; 0 for none
     * @param newestData the last TXID whose file is not empty; 0 for none
     * @param deletedAt since which TXID the application's deletion of it counts, null while present
     */
    public record Replica(String key, String path, long newest, long newestData, Long deletedAt) {}

    public record Replicas(Map<String, Replica> replicas) {}

    public static final Command<Open, Replicas> CLAIM = Command.internal(
            "database.claim",
            Open.class,
            Replicas.class,
            Command.LONG,
            "Lists every replica of the environment and claims its next position under our generation (design 9.3); opens the database feature.",
            LEASE_LOST);

    public static final Command<Nothing, Replicas> REPLICAS = Command.internal(
            "database.replicas",
            Nothing.class,
            Replicas.class,
            Command.SHORT,
            "What every replica of the environment holds now, deleted ones too, from memory.");

    /** @param positions what each database must become: a replica position, or absent (the file is removed) */
    public record Settle(Map<String, DatabasePosition> positions) {}

    public static final Command<Settle, Nothing> REQUIRE_UNUSED = Command.internal(
            "database.require_unused",
            Settle.class,
            Nothing.class,
            Command.MEDIUM,
            "Fails where another process has one of these databases open: by exclusive locks where everything of ours is detached, else as far as /proc tells.",
            DATABASE_BUSY);

    public static final Command<Settle, Nothing> SETTLE = Command.internal(
            "database.settle",
            Settle.class,
            Nothing.class,
            Command.LONG,
            "Makes each named database file equal to a position; everything of ours must be detached and nobody else may have it open.",
            DATABASE_BUSY,
            REPLICA_DAMAGED,
            LEASE_LOST);

    /**
     * Proof for state rule 3: which local databases contain the newest state of their replica.
     *
     * @param newest what the newest state is for each
     */
    public record Prove(Map<String, DatabasePosition> newest) {}

    /** @param proven keys whose local file contains it; {@code prefix} those that are a provable prefix and may be rolled forward */
    public record Proof(List<String> proven, List<String> prefix, List<String> other) {}

    public static final Command<Prove, Proof> PROVE = Command.internal(
            "database.prove",
            Prove.class,
            Proof.class,
            Command.LONG,
            "Proves, database by database, that the local file contains the replica's newest state.");

    /** @param createDefault whether {@code db/app.sqlite} is made where it is missing */
    public record Attach(boolean createDefault) {}

    public static final Command<Attach, Databases> ATTACH = Command.internal(
            "database.attach",
            Attach.class,
            Databases.class,
            Command.LONG,
            "Finds the databases, opens them (descriptor first), makes the default one where it is missing.");

    public static final Command<Nothing, Nothing> DETACH = Command.internal(
            "database.detach",
            Nothing.class,
            Nothing.class,
            Command.MEDIUM,
            "Closes all connections and descriptors of ours.");

    public static final Command<Nothing, Nothing> CLOSE = Command.internal(
            "database.close", Nothing.class, Nothing.class, Command.MEDIUM, "Detaches and forgets the environment.");

    // a capture in four steps; all databases together

    /** The files that a capture covers: left out of the snapshot with their companions; and those that go in as files. */
    public record Marked(Map<String, String> replicated, Map<String, String> asFiles) {}

    public static final Command<Nothing, Marked> MARK = Command.internal(
            "database.mark",
            Nothing.class,
            Marked.class,
            Command.MEDIUM,
            "Before the freeze: every worker idle and holding a read mark; new databases are found. Answers paths below the environment directory by key.");

    /** Keys whose state could not be taken in the freeze and which must go in as files. */
    public record Positioned(Map<String, String> asFiles) {}

    public static final Command<Nothing, Positioned> POSITION = Command.internal(
            "database.position",
            Nothing.class,
            Positioned.class,
            Command.SHORT,
            "In the freeze, or with the processes stopped: fixes the instant of every marked database without any SQLite call.");

    public record Captured(Map<String, DatabasePosition> databases, long bytesUploaded) {}

    public static final Command<Nothing, Captured> CAPTURE = Command.internal(
            "database.capture",
            Nothing.class,
            Captured.class,
            Command.LONG,
            "After the thaw: uploads what differs at that instant, one file a database; answers when durable.",
            STORE_FAILED,
            LEASE_LOST,
            DISK_FULL);

    public static final Command<Nothing, Nothing> RELEASE = Command.internal(
            "database.release",
            Nothing.class,
            Nothing.class,
            Command.MEDIUM,
            "Lets the read marks go; always called after MARK, also after a failure.");
}
