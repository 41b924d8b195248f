package io.statemanager.restic;

import java.time.OffsetDateTime;
import java.util.List;

/**
 * A snapshot's content.
 *
 * @param time of the backup
 * @param parent the snapshot it was compared with, or null
 * @param tree the root
 * @param paths what was backed up
 * @param original the snapshot that this one is a rewritten copy of, or null
 * @param programVersion who wrote it, or empty
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
        SnapshotSummary summary) {}
