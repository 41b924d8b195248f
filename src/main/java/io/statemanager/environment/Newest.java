package io.statemanager.environment;

import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands.Replica;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The newest state in the store: one line commit for the files and one position for each database. Pure.
 *
 * <p>Found by going to the highest generation that has a base: its line commit with the highest {@code seq}, else what that base names. Whatever
 * a deposed owner committed later under an older generation is not looked at.
 *
 * @param commit the newest line commit, null where there is none
 * @param databases what each database must be, by key; a database whose state is in the snapshot is not in it
 */
record Newest(Checkpoint commit, Map<String, DatabasePosition> databases) {

    static Newest of(Base base, Collection<Checkpoint> commits, Map<String, Replica> replicas) {
        Checkpoint commit = base == null ? null : commit(base, commits);
        return new Newest(commit, databases(commit, replicas));
    }

    private static Checkpoint commit(Base base, Collection<Checkpoint> commits) {
        return commits.stream()
                .filter(c -> c.line() && !isVoid(c) && c.generation() == base.generation())
                .max(Comparator.comparingLong(Checkpoint::seq))
                .orElseGet(() -> base.commit() == null ? null : named(base.commit(), commits));
    }

    /** A commit that a base names and that is gone is damage; taking it for "no state" would empty the tree. */
    private static Checkpoint named(String id, Collection<Checkpoint> commits) {
        return commits.stream()
                .filter(c -> c.id().equals(id))
                .findFirst()
                .orElseThrow(
                        () -> CommandException.of(
                                        FailureCode.REPOSITORY_DAMAGED,
                                        "the newest checkpoint, " + id + ", is not in the store any more")
                                .withHint(
                                        "put its object back, or start with a new name and restore another checkpoint with restic"));
    }

    static boolean isVoid(Checkpoint commit) {
        return commit.kind().equals("void");
    }

    private static Map<String, DatabasePosition> databases(Checkpoint commit, Map<String, Replica> replicas) {
        Map<String, DatabasePosition> newest = new TreeMap<>();
        Map<String, DatabasePosition> named =
                commit == null || commit.databases() == null ? new HashMap<>() : new HashMap<>(commit.databases());
        replicas.forEach((key, replica) -> {
            DatabasePosition position = position(named.remove(key), replica);
            if (position != null) {
                newest.put(key, position);
            }
        });
        named.forEach((key, position) -> withoutReplica(key, position, newest));
        return newest;
    }

    /** What the commit names without any replica: an absence counts, a file is in the snapshot, a position must not be missing. */
    private static void withoutReplica(String key, DatabasePosition position, Map<String, DatabasePosition> newest) {
        if (position.as().equals(DatabasePosition.ABSENT)) {
            newest.put(key, position);
        } else if (position.as().equals(DatabasePosition.REPLICA)) {
            throw CommandException.of(
                            FailureCode.REPLICA_DAMAGED,
                            "the newest checkpoint names TXID " + position.txid() + " of database " + key
                                    + ", which databases.json does not list")
                    .withHint("put the database's entry back into databases.json; its files are below db/" + key);
        }
    }

    /** A restore's target holds as long as no file that is not empty reaches past its base. Null: the snapshot has it, or nothing does. */
    private static DatabasePosition position(DatabasePosition named, Replica replica) {
        boolean file = named != null && named.as().equals(DatabasePosition.FILE);
        if (named != null && named.base() != null && replica.newestData() <= named.base()) {
            return file ? null : named;
        }
        if (file && named.base() == null) {
            return null;
        }
        if (replica.deletedAt() != null && replica.newestData() <= replica.deletedAt()) {
            return DatabasePosition.absent(replica.path(), null);
        }
        return replica.newestData() == 0
                ? null
                : new DatabasePosition(
                        replica.path(), DatabasePosition.REPLICA, replica.newestData(), null, null, null, null);
    }

    /** Whether the store knows nothing of this environment. */
    boolean isNothing() {
        return commit == null && databases.isEmpty();
    }

    /** The commit's id, or null. */
    String commitId() {
        return commit == null ? null : commit.id();
    }
}
