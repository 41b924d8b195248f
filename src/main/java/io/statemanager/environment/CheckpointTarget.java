package io.statemanager.environment;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.CheckpointCommands.Created;
import io.statemanager.bus.CheckpointCommands.Restored;
import io.statemanager.bus.DatabaseCommands.Replica;
import io.statemanager.bus.DatabasePosition;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A stored checkpoint: its files, each of its databases at its position, and no other database. */
final class CheckpointTarget implements RestoreTarget {
    private final Bus bus;
    private final String id;
    private Checkpoint checkpoint;

    CheckpointTarget(Bus bus, String id) {
        this.bus = bus;
        this.id = id;
    }

    @Override
    public String kind() {
        return "checkpoint";
    }

    @Override
    public String name() {
        return id;
    }

    @Override
    public String toString() {
        return "checkpoint " + id;
    }

    @Override
    public Future<?> check(Call call) {
        return bus.request(CheckpointCommands.CHECK, new CheckpointCommands.ById(id), call)
                .onSuccess(checked -> checkpoint = checked);
    }

    @Override
    public Map<String, DatabasePosition> replaced(Map<String, Replica> replicas) {
        Map<String, DatabasePosition> positions = new TreeMap<>();
        replicas.forEach((key, replica) -> positions.put(key, becomes(key, replica)));
        checkpoint.databases().forEach(positions::putIfAbsent);
        return positions;
    }

    private DatabasePosition becomes(String key, Replica replica) {
        DatabasePosition wanted = checkpoint.databases().get(key);
        return wanted == null
                ? DatabasePosition.absent(replica.path(), replica.newest())
                : wanted.over(replica.newest());
    }

    @Override
    public Map<String, DatabasePosition> state(Map<String, DatabasePosition> replaced, Created safety) {
        return replaced;
    }

    @Override
    public String files(Created safety) {
        return id;
    }

    @Override
    public boolean replacesFiles() {
        return checkpoint.snapshot() != null;
    }

    @Override
    public Map<String, DatabasePosition> databases() {
        return checkpoint.databases();
    }

    Restored answer(Restoration.Outcome outcome, boolean wantsFiles) {
        List<String> warnings = new ArrayList<>();
        if (wantsFiles && !replacesFiles()) {
            warnings.add("the checkpoint holds no files; the environment directory was left as it is");
        }
        return new Restored(
                "success", id, outcome.preRestoreId(), outcome.files(), databases(), outcome.durationMs(), warnings);
    }
}
