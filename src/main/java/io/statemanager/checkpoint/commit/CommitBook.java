package io.statemanager.checkpoint.commit;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The commits as this owner knows them: nobody else adds any while the lease is ours, so a look into memory is enough. Gives out
 * sequence numbers and ids; a generated id is never given twice, also after its checkpoint was deleted. Safe for several threads.
 */
public final class CommitBook {
    private final TreeMap<String, CommitDocument> commits = new TreeMap<>();
    private final long generation;
    private long sequence;
    private long number;

    /** {@code remembered}: the highest number kept beside the commits. */
    public CommitBook(Collection<CommitDocument> found, long generation, long remembered) {
        this.generation = generation;
        this.number = remembered;
        found.forEach(this::add);
    }

    /** Takes note of a commit that is there. */
    public synchronized void add(CommitDocument commit) {
        commits.put(commit.id(), commit);
        number = Math.max(number, numberOf(commit));
        if (commit.generation() == generation) {
            sequence = Math.max(sequence, commit.seq());
        }
    }

    private static long numberOf(CommitDocument commit) {
        return Math.max(commit.number(), CheckpointIds.number(commit.id()).orElse(0));
    }

    public synchronized void remove(String id) {
        commits.remove(id);
    }

    /** Whether the highest number would be forgotten with this commit. */
    public synchronized boolean isOnlyMemoryOf(String id) {
        return commits.values().stream()
                .filter(commit -> !commit.id().equals(id))
                .allMatch(commit -> numberOf(commit) < number);
    }

    public synchronized long highestNumber() {
        return number;
    }

    /** The next place within the generation; never given twice. */
    public synchronized long nextSequence() {
        return ++sequence;
    }

    /** The next generated id. */
    public synchronized String nextId() {
        String id;
        do {
            id = CheckpointIds.numbered(++number);
        } while (commits.containsKey(id));
        return id;
    }

    /** All of them, oldest first. */
    public synchronized List<CommitDocument> all() {
        return commits.values().stream()
                .sorted(Comparator.comparing(CommitDocument::createTime)
                        .thenComparing(CommitDocument::generation)
                        .thenComparing(CommitDocument::seq))
                .toList();
    }

    public synchronized Optional<CommitDocument> find(String id) {
        return Optional.ofNullable(commits.get(id));
    }

    /** As {@link #find}; a void commit is no checkpoint. */
    public CommitDocument require(String id) {
        return find(id).filter(commit -> !commit.givenUp())
                .orElseThrow(() -> CommandException.of(
                                FailureCode.CHECKPOINT_NOT_FOUND, "there is no checkpoint '" + id + "'")
                        .withHint("'checkpoint list' and GET /checkpoints name those that are there"));
    }

    /** This owner's line commit with the highest sequence number. */
    public synchronized Optional<CommitDocument> newestOnLine() {
        return commits.values().stream()
                .filter(commit -> commit.line() && !commit.givenUp() && commit.generation() == generation)
                .max(Comparator.comparingLong(CommitDocument::seq));
    }

    /** Whether any commit needs this snapshot. */
    public synchronized boolean names(String snapshot) {
        return commits.values().stream()
                .anyMatch(commit ->
                        commit.snapshot() != null && commit.snapshot().id().equals(snapshot));
    }
}
