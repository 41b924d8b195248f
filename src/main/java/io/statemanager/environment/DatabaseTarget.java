package io.statemanager.environment;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands.Created;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabaseCommands.Found;
import io.statemanager.bus.DatabaseCommands.Replica;
import io.statemanager.bus.DatabasePosition;
import io.vertx.core.Future;
import java.util.Map;
import java.util.TreeMap;

/**
 * The present state with one database at another position. Its line commit names the files of the safety copy, which is the state as it is,
 * and the other databases where that found them: so a machine that finishes the restore changes nothing but the one database.
 */
final class DatabaseTarget implements RestoreTarget {
    private final Bus bus;
    private final Found found;

    DatabaseTarget(Bus bus, Found found) {
        this.bus = bus;
        this.found = found;
    }

    @Override
    public String kind() {
        return "database";
    }

    @Override
    public String name() {
        return found.name() + "@" + found.position().txid();
    }

    @Override
    public String toString() {
        return "database " + name();
    }

    /** It was found a moment ago; here once more, since nothing keeps it from being superseded before its commit names it. */
    @Override
    public Future<?> check(Call call) {
        return bus.request(
                DatabaseCommands.FIND,
                new DatabaseCommands.Find(found.name(), found.position().txid(), null),
                call);
    }

    @Override
    public Map<String, DatabasePosition> replaced(Map<String, Replica> replicas) {
        Replica replica = replicas.get(found.name());
        return Map.of(found.name(), found.position().over(replica.newest()));
    }

    @Override
    public Map<String, DatabasePosition> state(Map<String, DatabasePosition> replaced, Created safety) {
        Map<String, DatabasePosition> all = new TreeMap<>(safety.databases());
        all.putAll(replaced);
        return all;
    }

    @Override
    public String files(Created safety) {
        return safety.checkpointId();
    }

    @Override
    public boolean replacesFiles() {
        return false;
    }

    @Override
    public Map<String, DatabasePosition> databases() {
        return Map.of(found.name(), found.position());
    }
}
