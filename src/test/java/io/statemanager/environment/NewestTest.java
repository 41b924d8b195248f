package io.statemanager.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.DatabaseCommands.Replica;
import io.statemanager.bus.DatabasePosition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NewestTest {
    private static final DatabasePosition AT_3 = DatabasePosition.replica("db/app.sqlite", 3, 4096, 10);

    @Test
    void anUnknownEnvironmentIsNothing() {
        assertThat(Newest.of(null, List.of(), Map.of()).isNothing()).isTrue();
    }

    @Test
    void theLineCommitWithTheHighestNumberOfTheHighestGenerationCounts() {
        List<Checkpoint> commits = List.of(
                commit("v1", 1, 1, true, "checkpoint"),
                commit("v2", 2, 1, true, "checkpoint"),
                commit("v3", 2, 2, true, "checkpoint"),
                commit("pre-restore-1", 2, 3, false, "safety"),
                commit("given-up", 2, 4, true, "void"));

        assertThat(Newest.of(base(2, "v1"), commits, Map.of()).commitId()).isEqualTo("v3");
    }

    @Test
    void whatADeposedOwnerCommittedLateIsNotLookedAt() {
        List<Checkpoint> commits =
                List.of(commit("v1", 1, 1, true, "checkpoint"), commit("late", 1, 9, true, "checkpoint"));

        assertThat(Newest.of(base(2, "v1"), commits, Map.of()).commitId()).isEqualTo("v1");
    }

    @Test
    void aRestoreHoldsAsLongAsNothingReachesPastItsBase() {
        Checkpoint restore = commit("restore-1-x", 1, 2, true, "restore", Map.of("app", AT_3.over(7L)));

        Newest before = Newest.of(base(1, null), List.of(restore), Map.of("app", replica(9, 7, null)));
        Newest after = Newest.of(base(1, null), List.of(restore), Map.of("app", replica(9, 8, null)));

        assertThat(before.databases().get("app").txid()).isEqualTo(3);
        assertThat(after.databases().get("app").txid()).isEqualTo(8);
    }

    @Test
    void aDatabaseThatTheTargetDidNotHaveIsAbsentUntilItIsWrittenAgain() {
        Map<String, DatabasePosition> absent = Map.of("app", DatabasePosition.absent("db/app.sqlite", 7L));
        Checkpoint restore = commit("restore-1-x", 1, 2, true, "restore", absent);

        Newest before = Newest.of(base(1, null), List.of(restore), Map.of("app", replica(9, 7, null)));
        Newest after = Newest.of(base(1, null), List.of(restore), Map.of("app", replica(10, 10, null)));

        assertThat(before.databases().get("app").as()).isEqualTo(DatabasePosition.ABSENT);
        assertThat(after.databases().get("app").txid()).isEqualTo(10);
    }

    @Test
    void aDeletedDatabaseDoesNotComeBackAndOneInTheSnapshotIsLeftToIt() {
        Checkpoint commit = commit(
                "v1", 1, 1, true, "checkpoint", Map.of("old", DatabasePosition.file("old.db", "not in WAL mode")));
        Map<String, Replica> replicas =
                Map.of("app", replica(4, 4, 5L), "old", new Replica("old", "old.db", 2, 2, null));

        Newest newest = Newest.of(base(1, null), List.of(commit), replicas);

        assertThat(newest.databases().get("app").as()).isEqualTo(DatabasePosition.ABSENT);
        assertThat(newest.databases()).doesNotContainKey("old");
    }

    @Test
    void aDeletionThatLaterDataContradictsDoesNotCount() {
        Newest newest = Newest.of(base(1, null), List.of(), Map.of("app", replica(9, 9, 7L)));

        assertThat(newest.databases().get("app").txid()).isEqualTo(9);
    }

    @Test
    void aRestoredFileIsLeftToTheSnapshotUntilItsReplicaGoesOn() {
        DatabasePosition file = DatabasePosition.file("db/app.sqlite", "stale").over(7L);
        Checkpoint restore = commit("restore-1-x", 1, 2, true, "restore", Map.of("app", file));

        Newest before = Newest.of(base(1, null), List.of(restore), Map.of("app", replica(8, 7, null)));
        Newest after = Newest.of(base(1, null), List.of(restore), Map.of("app", replica(9, 9, null)));

        assertThat(before.databases()).doesNotContainKey("app");
        assertThat(after.databases().get("app").txid()).isEqualTo(9);
    }

    @Test
    void whatTheNewestStateNeedsAndIsGoneIsDamageAndNotAnEmptyState() {
        Checkpoint commit = commit("v1", 1, 1, true, "checkpoint", Map.of("app", AT_3));

        assertThatThrownBy(() -> Newest.of(base(2, "gone"), List.of(), Map.of()))
                .hasMessageContaining("gone");
        assertThatThrownBy(() -> Newest.of(base(1, null), List.of(commit), Map.of()))
                .hasMessageContaining("app");
    }

    @Test
    void claimsAreNotData() {
        Newest newest = Newest.of(base(1, null), List.of(), Map.of("app", replica(2, 0, null)));

        assertThat(newest.isNothing()).isTrue();
    }

    private static Replica replica(long newest, long data, Long deleted) {
        return new Replica("app", "db/app.sqlite", newest, data, deleted);
    }

    private static Base base(long generation, String commit) {
        return new Base(1, "id", generation, "nonce", commit, Map.of());
    }

    private static Checkpoint commit(String id, long generation, long seq, boolean line, String kind) {
        return commit(id, generation, seq, line, kind, Map.of());
    }

    private static Checkpoint commit(
            String id, long generation, long seq, boolean line, String kind, Map<String, DatabasePosition> databases) {
        return new Checkpoint(id, Instant.EPOCH, null, kind, line, false, generation, seq, "snap", null, databases);
    }
}
