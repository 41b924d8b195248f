package io.statemanager.restic;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;

/**
 * A snapshot's content. Strings are empty where restic has none.
 *
 * @param time of the backup
 * @param parent the snapshot it was compared with, or null
 * @param tree the root
 * @param paths what was backed up
 * @param uid of who made it, 0 where unknown, as gid
 * @param original the snapshot that this one is a rewritten copy of, or null
 * @param programVersion who wrote it
 * @param summary what the backup found, or null
 */
public record Snapshot(
        OffsetDateTime time,
        Id parent,
        Id tree,
        List<String> paths,
        String hostname,
        String username,
        long uid,
        long gid,
        List<String> excludes,
        List<String> tags,
        Id original,
        String programVersion,
        SnapshotSummary summary) {

    public Snapshot {
        Objects.requireNonNull(time);
        Objects.requireNonNull(tree);
        Objects.requireNonNull(hostname);
        Objects.requireNonNull(username);
        Objects.requireNonNull(programVersion);
        paths = List.copyOf(paths);
        excludes = List.copyOf(excludes);
        tags = List.copyOf(tags);
    }
}
