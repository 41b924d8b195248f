package io.statemanager.restic;

import java.time.OffsetDateTime;

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
        long totalBytesProcessed) {}
