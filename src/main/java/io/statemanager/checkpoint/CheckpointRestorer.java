package io.statemanager.checkpoint;

import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands.FileChanges;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.checkpoint.commit.CommitDocument;
import io.statemanager.checkpoint.restore.Obstacles;
import io.statemanager.checkpoint.restore.Restored;
import io.statemanager.checkpoint.restore.TreeCheck;
import io.statemanager.checkpoint.restore.TreeRestorer;
import io.statemanager.linux.Directory;
import io.statemanager.restic.Id;
import io.statemanager.restic.Repository;
import java.io.IOException;
import java.util.List;

/** Proves that a checkpoint can be restored, and makes the environment directory equal to it. Blocking. */
final class CheckpointRestorer {
    private final Environment environment;

    CheckpointRestorer(Environment environment) {
        this.environment = environment;
    }

    /**
     * Everything it needs is in the store, and nothing local keeps it from being restored. Errors: {@code repository_damaged}, {@code
     * replica_damaged}, {@code restore_blocked}, {@code memory_too_small}.
     */
    void check(CommitDocument commit) throws IOException {
        new Positions(environment).requireMemory(commit.databases());
        checkAgain(commit);
        new Positions(environment).check(commit.databases());
    }

    /** The files' part of {@link #check}: once more when the processes are stopped, since anything may have come into the way meanwhile. */
    void checkAgain(CommitDocument commit) throws IOException {
        if (holdsFiles(commit)) {
            TreeCheck check = new TreeCheck(
                    repository(),
                    environment.repository().backend(),
                    environment.pools().transfers());
            try (Directory top = environment.openTop()) {
                check.check(tree(commit), new Obstacles(top, environment.leftOut()));
            }
        }
    }

    private boolean holdsFiles(CommitDocument commit) {
        return commit.snapshot() != null && environment.repository() != null;
    }

    private Repository repository() {
        return environment.repository().repository();
    }

    private static Id tree(CommitDocument commit) {
        return Id.parse(commit.snapshot().tree());
    }

    /** Makes it so; {@code keep} are paths that are left alone. */
    FileChanges apply(CommitDocument commit, List<String> keep, Call call) throws IOException {
        if (!holdsFiles(commit)) {
            throw CommandException.of(
                    FailureCode.INVALID_REQUEST, "the checkpoint '" + commit.id() + "' holds no files");
        }
        try (Directory top = environment.openTop()) {
            TreeRestorer restorer = new TreeRestorer(
                    top,
                    repository(),
                    environment.leftOut().and(keep),
                    environment.pools().transfers(),
                    environment.pools().fileThreads(),
                    (done, total) -> report(call, done, total));
            Restored restored = restorer.restore(tree(commit), environment.records());
            environment.keep(restored.records());
            restored.warnings().forEach(warning -> say(call, warning));
            return new FileChanges(restored.changed(), restored.deleted(), restored.unchanged());
        }
    }

    private static void report(Call call, long done, long total) {
        if (call != null) {
            call.progress("files restored", done, total);
        }
    }

    private static void say(Call call, String text) {
        if (call != null) {
            call.info(text);
        }
    }
}
