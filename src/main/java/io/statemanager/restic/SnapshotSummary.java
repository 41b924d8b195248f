package io.statemanager.restic;

import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;

/** What a backup found and stored; restic shows it in {@code restic snapshots}. Bytes and counts as in {@code restic backup --json}. */
public record SnapshotSummary(
        OffsetDateTime backupStart,
        OffsetDateTime backupEnd,
        long filesNew,
        long filesChanged,
        long filesUnmodified,
        long dirsNew,
        long dirsChanged,
        long dirsUnmodified,
        long dataBlobs,
        long treeBlobs,
        long dataAdded,
        long dataAddedPacked,
        long totalFilesProcessed,
        long totalBytesProcessed) {

    /** The names of the numbers in JSON. */
    static final Set<String> NUMBERS = Set.of(
            "files_new",
            "files_changed",
            "files_unmodified",
            "dirs_new",
            "dirs_changed",
            "dirs_unmodified",
            "data_blobs",
            "tree_blobs",
            "data_added",
            "data_added_packed",
            "total_files_processed",
            "total_bytes_processed");

    static SnapshotSummary of(OffsetDateTime start, OffsetDateTime end, Map<String, Long> n) {
        return new SnapshotSummary(
                start,
                end,
                n.getOrDefault("files_new", 0L),
                n.getOrDefault("files_changed", 0L),
                n.getOrDefault("files_unmodified", 0L),
                n.getOrDefault("dirs_new", 0L),
                n.getOrDefault("dirs_changed", 0L),
                n.getOrDefault("dirs_unmodified", 0L),
                n.getOrDefault("data_blobs", 0L),
                n.getOrDefault("tree_blobs", 0L),
                n.getOrDefault("data_added", 0L),
                n.getOrDefault("data_added_packed", 0L),
                n.getOrDefault("total_files_processed", 0L),
                n.getOrDefault("total_bytes_processed", 0L));
    }
}
