package io.statemanager.replication;

import io.statemanager.bus.DatabasePosition;
import io.statemanager.runtime.Failpoints;
import io.statemanager.sqlite.DatabaseBusyException;
import io.statemanager.sqlite.ExclusiveAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes database files equal to positions, or removes them:
 *
 * <ol>
 *   <li>prove for all of them that nobody has them open, before anything is touched, and keep that proof to the end;
 *   <li>for each: give the database a log of the pages that differ ({@link LogRestore}); where that cannot be, make the file beside, verified
 *       and synced, then replace;
 *   <li>keep the table of page checksums only where it is of the replica's newest content, since the next file is compared with that.
 * </ol>
 *
 * <p>All of ours is detached. Blocking; may be repeated after a crash at any step.
 */
final class Settler {
    private final Context context;
    private final Map<String, ReplicaTip> tips;

    Settler(Context context, Map<String, ReplicaTip> tips) {
        this.context = context;
        this.tips = tips;
    }

    void settle(Map<String, DatabasePosition> positions) throws IOException, DatabaseBusyException {
        whileUnused(positions, () -> {
            for (Map.Entry<String, DatabasePosition> entry : positions.entrySet()) {
                settle(entry.getKey(), file(entry.getKey(), entry.getValue()), entry.getValue());
            }
        });
    }

    /** The proof alone, given back at once. */
    void requireUnused(Map<String, DatabasePosition> positions) throws IOException, DatabaseBusyException {
        whileUnused(positions, () -> {});
    }

    private interface Step {
        void run() throws IOException;
    }

    private void whileUnused(Map<String, DatabasePosition> positions, Step step)
            throws IOException, DatabaseBusyException {
        List<ExclusiveAccess> proofs = new ArrayList<>();
        try {
            for (Map.Entry<String, DatabasePosition> entry : positions.entrySet()) {
                proofs.add(ExclusiveAccess.acquire(context.registry(), file(entry.getKey(), entry.getValue())));
            }
            step.run();
        } finally {
            for (ExclusiveAccess proof : proofs) {
                proof.close();
            }
        }
    }

    private Path file(String key, DatabasePosition position) throws IOException {
        return context.paths().resolve(key, position.path());
    }

    private void settle(String key, Path file, DatabasePosition position) throws IOException {
        switch (position.as()) {
            case DatabasePosition.ABSENT -> DatabaseSwap.remove(file);
            case DatabasePosition.REPLICA -> restore(key, file, position.txid());
            default -> throw new IllegalArgumentException("database " + key + " is not restored from its replica");
        }
    }

    private void restore(String key, Path file, long txid) throws IOException {
        if (new LogRestore(context, key, file).run(txid)) {
            return;
        }
        context.paths().makeParents(file);
        Path beside = DatabaseSwap.beside(file);
        Path table = context.spool().nextTable(key);
        try {
            DatabaseRestore.Restored restored = context.restores().run(key, txid, beside, table);
            access(file, restored).applyTo(beside);
            Failpoints.hit("database.restore.made");
            DatabaseSwap.replace(file, beside);
            keepTable(key, restored);
        } finally {
            Files.deleteIfExists(beside);
            Files.deleteIfExists(table);
        }
    }

    /** As it was captured; a replica of another program does not say, and then as the file that is replaced. */
    private static FileAccess access(Path file, DatabaseRestore.Restored restored) throws IOException {
        FileAccess fallback = FileAccess.of(Files.exists(file) ? file : DatabaseSwap.beside(file));
        return FileAccess.parse(restored.metadata().get(Metadata.ACCESS)).orElse(fallback);
    }

    private void keepTable(String key, DatabaseRestore.Restored restored) throws IOException {
        if (tips.getOrDefault(key, ReplicaTip.EMPTY).matches(restored.table())) {
            context.spool().promote(key);
        }
    }
}
