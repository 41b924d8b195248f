package io.statemanager.replication;

import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabaseCommands.DatabaseView;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.sqlite.Companions;
import io.statemanager.sqlite.DatabaseBusyException;
import io.statemanager.sqlite.ExclusiveAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The databases of one owned environment, from claim to close:
 *
 * <ol>
 *   <li>{@link #claim}: every replica is claimed under our generation;
 *   <li>{@link #prove} and {@link #settle}: the state rules are applied to the files, nothing of ours being open;
 *   <li>{@link #attach}: the databases are found and opened;
 *   <li>{@link #mark}, {@link #position}, {@link #capture}, {@link #release}: a checkpoint, as often as there is one;
 *   <li>{@link #detach}, before the files are replaced, or {@link #close}: everything of ours is closed.
 * </ol>
 *
 * <p>Blocking, one call at a time, on any worker thread; {@link #views} and {@link #replicas} answer from memory, on any thread.
 */
final class Replication {
    private final Context context;
    private final Catalog catalog;
    private final Map<String, ReplicaTip> tips = new ConcurrentHashMap<>();
    private final Fleet fleet;
    private volatile Map<String, DatabaseCommands.Replica> replicas = Map.of();
    private volatile List<DatabaseView> views = List.of();

    Replication(Context context) {
        this.context = context;
        this.catalog = new Catalog(context.store());
        this.fleet = new Fleet(context, catalog, tips);
    }

    /** Claims every replica that the catalog names, deleted ones too: a former owner may have any of them under way. */
    Map<String, DatabaseCommands.Replica> claim() throws IOException {
        catalog.load();
        catalog.entries().forEach((key, entry) -> context.paths().resolve(key, entry.path()));
        BoundedTasks tasks = new BoundedTasks(context.pool(), 4);
        for (String key : catalog.entries().keySet()) {
            tasks.submit(() -> {
                tips.put(key, context.claims().claim(key));
                return null;
            });
        }
        tasks.await();
        publish();
        return replicas;
    }

    Map<String, DatabaseCommands.Replica> replicas() {
        return replicas;
    }

    Context context() {
        return context;
    }

    void settle(Map<String, DatabasePosition> positions) throws IOException, DatabaseBusyException {
        detach();
        new Settler(context, tips).settle(positions);
    }

    /** Exact where everything of ours is detached; else only as far as others can be seen. */
    void requireUnused(Map<String, DatabasePosition> positions) throws IOException, DatabaseBusyException {
        if (fleet.workers().isEmpty()) {
            new Settler(context, tips).requireUnused(positions);
            return;
        }
        for (Map.Entry<String, DatabasePosition> entry : positions.entrySet()) {
            ExclusiveAccess.refuseHolders(
                    context.paths().resolve(entry.getKey(), entry.getValue().path()));
        }
    }

    DatabaseCommands.Proof prove(Map<String, DatabasePosition> newest) throws IOException {
        Map<PositionProof.Verdict, List<String>> found = new java.util.EnumMap<>(PositionProof.Verdict.class);
        for (PositionProof.Verdict verdict : PositionProof.Verdict.values()) {
            found.put(verdict, new ArrayList<>());
        }
        PositionProof proof =
                new PositionProof(context.store(), context.spool(), context.restores(), context.registry());
        for (Map.Entry<String, DatabasePosition> entry : newest.entrySet()) {
            found.get(verdict(proof, entry.getKey(), entry.getValue())).add(entry.getKey());
        }
        return new DatabaseCommands.Proof(
                found.get(PositionProof.Verdict.PROVEN),
                found.get(PositionProof.Verdict.PREFIX),
                found.get(PositionProof.Verdict.OTHER));
    }

    private PositionProof.Verdict verdict(PositionProof proof, String key, DatabasePosition position)
            throws IOException {
        Path file = context.paths().resolve(key, position.path());
        return switch (position.as()) {
            case DatabasePosition.REPLICA -> proof.prove(key, file, position.txid());
            case DatabasePosition.ABSENT ->
                Files.exists(file) ? PositionProof.Verdict.OTHER : PositionProof.Verdict.PROVEN;
            default -> PositionProof.Verdict.OTHER;
        };
    }

    void attach() throws IOException {
        fleet.refresh();
        publish();
    }

    DatabaseCommands.Marked mark() throws IOException {
        try {
            fleet.mark();
        } finally {
            publish();
        }
        Map<String, String> replicated = new TreeMap<>();
        Map<String, String> files = new TreeMap<>();
        fleet.workers().forEach((key, worker) -> replicated.put(key, worker.path()));
        fleet.asFiles().forEach((key, file) -> files.put(key, file.path()));
        return new DatabaseCommands.Marked(replicated, files);
    }

    DatabaseCommands.Positioned position() throws IOException {
        return new DatabaseCommands.Positioned(fleet.fix());
    }

    DatabaseCommands.Captured capture() throws IOException {
        try {
            Fleet.Captures captures = fleet.capture();
            return new DatabaseCommands.Captured(captures.positions(), captures.bytesUploaded());
        } finally {
            publish();
        }
    }

    void release() throws IOException {
        fleet.release();
    }

    /** Closes the databases; afterwards {@link #replicas} tells where each replica ends. Fails where that cannot be found out. */
    void detach() throws IOException {
        fleet.detachAll();
        publish();
    }

    /** The end of this ownership. */
    void close() throws IOException {
        fleet.close();
    }

    List<DatabaseView> views() {
        return views;
    }

    /** Makes what was learned visible to other threads. */
    private void publish() throws IOException {
        Map<String, ReplicaTip> now = new TreeMap<>(tips);
        fleet.workers().forEach((key, worker) -> now.put(key, worker.replica().tip()));
        Map<String, DatabaseCommands.Replica> all = new TreeMap<>();
        catalog.entries().forEach((key, entry) -> {
            ReplicaTip tip = now.getOrDefault(key, ReplicaTip.EMPTY);
            all.put(
                    key,
                    new DatabaseCommands.Replica(
                            key, entry.path(), tip.newest(), tip.newestData(), entry.deletedSince()));
        });
        replicas = all;
        List<DatabaseView> shown = new ArrayList<>();
        for (Map.Entry<String, DatabaseWorker> entry : fleet.workers().entrySet()) {
            shown.add(view(entry.getKey(), entry.getValue(), fleet.lastError(entry.getKey())));
        }
        fleet.asFiles()
                .forEach((key, file) -> shown.add(
                        new DatabaseView(key, file.path(), "file", null, null, null, null, null, file.reason(), null)));
        views = List.copyOf(shown);
    }

    private static DatabaseView view(String key, DatabaseWorker worker, String lastError) throws IOException {
        ReplicaTip tip = worker.replica().tip();
        Path log = Companions.log(worker.connection().hold().database());
        long pageSize = worker.connection().pageSize();
        long size = worker.connection().hold().file().size();
        return new DatabaseView(
                key,
                worker.path(),
                "replicated",
                tip.newestData() == 0 ? null : tip.newestData(),
                (int) pageSize,
                size / pageSize,
                size,
                Files.exists(log) ? Files.size(log) : 0,
                null,
                lastError);
    }
}
