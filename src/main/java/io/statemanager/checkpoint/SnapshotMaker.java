package io.statemanager.checkpoint;

import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.Owned;
import io.statemanager.checkpoint.save.SavedTree;
import io.statemanager.restic.Id;
import io.statemanager.restic.Snapshot;
import io.statemanager.restic.SnapshotSummary;
import io.statemanager.restic.WriteReceipt;
import io.statemanager.runtime.Version;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The restic snapshot of a checkpoint: host is the environment, the path is the environment directory, whose content is the root of
 * the tree; tags say that it is ours, which checkpoint it is, and where each replicated database stands.
 */
final class SnapshotMaker {
    /** Which snapshots are ours at all. */
    static final String TAG = "state-manager";

    private SnapshotMaker() {}

    /** {@code parent}: the snapshot before this one, or null. */
    static Snapshot snapshot(
            Owned owned,
            String checkpoint,
            Instant began,
            Instant now,
            Id parent,
            SavedTree saved,
            WriteReceipt receipt,
            Map<String, DatabasePosition> databases) {
        return new Snapshot(
                time(now),
                parent,
                saved.tree(),
                List.of(owned.envDir().toString()),
                owned.name(),
                System.getProperty("user.name"),
                0,
                0,
                List.of(),
                tags(checkpoint, databases),
                null,
                "state-manager " + Version.text(),
                summary(began, now, saved, receipt));
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static List<String> tags(String checkpoint, Map<String, DatabasePosition> databases) {
        List<String> tags = new ArrayList<>(List.of(TAG, "checkpoint:" + checkpoint));
        new TreeMap<>(databases).forEach((key, position) -> {
            if (position.txid() != null) {
                tags.add("db:" + key + "@" + position.txid());
            }
        });
        return tags;
    }

    private static SnapshotSummary summary(Instant began, Instant now, SavedTree saved, WriteReceipt receipt) {
        return new SnapshotSummary(
                time(began),
                time(now),
                0,
                saved.read(),
                // restic refuses a snapshot with a negative count; a file that was read twice would make one.
                Math.max(0, saved.files() - saved.read()),
                0,
                receipt.treeBlobs(),
                Math.max(0, saved.directories() + 1 - receipt.treeBlobs()),
                receipt.dataBlobs(),
                receipt.treeBlobs(),
                receipt.rawBytes(),
                receipt.storedBytes(),
                saved.files(),
                saved.bytes());
    }
}
