package io.statemanager.checkpoint.commit;

import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.CheckpointCommands.Files;
import io.statemanager.bus.DatabasePosition;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A commit: before it is there, its checkpoint does not exist; afterwards it does, with everything it names.
 *
 * @param format {@link #FORMAT}
 * @param kind {@code checkpoint}, {@code restore} (on the line, names a target), {@code safety} (a copy of what was replaced) or {@code
 *     void} (takes the place of a commit that was given up)
 * @param line whether it is on the line of history
 * @param generation and
 * @param nonce of the owner who made it
 * @param seq grows within a generation
 * @param number the highest number that had been given to a checkpoint of this environment by then
 * @param target the checkpoint that a restore leads to, else null
 * @param snapshot the files, null where there are none
 * @param databases where each database stands, by key
 */
public record CommitDocument(
        int format,
        String id,
        String kind,
        boolean line,
        boolean auto,
        long generation,
        String nonce,
        long seq,
        long number,
        Instant createTime,
        String comment,
        String target,
        StoredSnapshot snapshot,
        Files files,
        Map<String, DatabasePosition> databases) {
    public static final int FORMAT = 1;

    public static final String CHECKPOINT = "checkpoint";
    public static final String RESTORE = "restore";
    public static final String SAFETY = "safety";
    public static final String VOID = "void";

    public CommitDocument {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(nonce, "nonce");
        Objects.requireNonNull(createTime, "create_time");
        databases = databases == null ? Map.of() : Map.copyOf(databases);
    }

    /**
     * A restic snapshot, whole: the object can be put back where a crash left it out.
     *
     * @param id the object's name
     * @param content its bytes, encrypted as they are, in Base64
     * @param tree the root of the files
     */
    public record StoredSnapshot(String id, String content, String tree) {}

    /** Whether it only keeps the place of a commit that was given up. */
    public boolean givenUp() {
        return kind.equals(VOID);
    }

    /** As users and the environment see it. */
    public Checkpoint view() {
        return new Checkpoint(
                id,
                createTime,
                comment,
                kind,
                line,
                auto,
                generation,
                seq,
                snapshot == null ? null : snapshot.id(),
                files,
                databases);
    }
}
