package io.statemanager.checkpoint;

import io.statemanager.checkpoint.commit.CommitDocument;
import io.statemanager.restic.Id;
import io.statemanager.restic.Repository;
import io.statemanager.restic.RepositoryException;
import io.statemanager.restic.SealedSnapshot;
import io.statemanager.restic.Snapshot;
import io.statemanager.restic.SnapshotCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings commits and snapshots together again after a crash between the two: a snapshot that a commit holds and the repository lacks
 * is put back, once everything it needs is proven to be there; one of this environment that no commit names is removed. Snapshots
 * that somebody made with restic, or another environment, are never touched. Blocking; before anything else is done.
 */
final class Mending {
    private static final Logger LOG = LoggerFactory.getLogger(Mending.class);

    private final Environment environment;

    Mending(Environment environment) {
        this.environment = environment;
    }

    void run() throws IOException {
        if (environment.repository() == null) {
            return;
        }
        Repository repository = environment.repository().repository();
        Set<String> there = new HashSet<>();
        repository.listSnapshots().forEach(id -> there.add(id.toString()));
        for (CommitDocument commit : environment.book().all()) {
            if (commit.snapshot() != null && !there.contains(commit.snapshot().id())) {
                putBack(repository, commit);
            }
        }
        removeOrphans(repository, there);
    }

    private void putBack(Repository repository, CommitDocument commit) throws IOException {
        try {
            byte[] content = Base64.getDecoder().decode(commit.snapshot().content());
            SealedSnapshot sealed = repository.unsealSnapshot(content);
            boolean same = sealed.id().toString().equals(commit.snapshot().id());
            SnapshotCheck.Report report = new SnapshotCheck(
                            repository, environment.pools().transfers())
                    .check(sealed.snapshot().tree(), false);
            if (same && report.ok()) {
                repository.saveSnapshot(sealed);
                return;
            }
            warn(commit, same ? String.join("; ", report.problems()) : "its content is another snapshot's");
        } catch (RepositoryException | IllegalArgumentException damaged) {
            warn(commit, damaged.getMessage());
        }
    }

    private static void warn(CommitDocument commit, String reason) {
        LOG.atWarn()
                .addKeyValue("checkpoint", commit.id())
                .addKeyValue("reason", reason)
                .log("A checkpoint's snapshot is missing and cannot be put back");
    }

    private void removeOrphans(Repository repository, Set<String> there) throws IOException {
        Path known = environment.cacheDirectory().resolve("foreign-snapshots");
        Set<String> foreign = read(known);
        Set<String> stillForeign = new TreeSet<>();
        for (String id : there) {
            if (environment.book().names(id)) {
                continue;
            }
            if (foreign.contains(id) || !isOurs(repository, id)) {
                stillForeign.add(id);
            } else {
                repository.removeSnapshot(Id.parse(id));
            }
        }
        if (!stillForeign.equals(foreign)) {
            write(known, stillForeign);
        }
    }

    private boolean isOurs(Repository repository, String id) throws IOException {
        try {
            Snapshot snapshot = repository.loadSnapshot(Id.parse(id));
            return snapshot.tags().contains(SnapshotMaker.TAG)
                    && snapshot.hostname().equals(environment.owned().name());
        } catch (RepositoryException unreadable) {
            // Whatever it is, it is not ours to remove.
            return false;
        }
    }

    private static Set<String> read(Path file) {
        try {
            return new TreeSet<>(Files.readAllLines(file));
        } catch (IOException none) {
            return Set.of();
        }
    }

    /** Only spares reading them again. */
    private static void write(Path file, Set<String> ids) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, List.copyOf(ids));
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("The list of foreign snapshots was not kept");
        }
    }
}
