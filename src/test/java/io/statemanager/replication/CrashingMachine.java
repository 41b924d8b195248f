package io.statemanager.replication;

import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.sqlite.FileRegistry;
import io.statemanager.storage.ResolvingObjectStore;
import io.statemanager.storage.local.LocalObjectStore;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A machine as a process of its own, which a crash test ends at a named step: {@code STORE DIRECTORY checkpoint} claims, attaches and makes
 * a checkpoint; {@code … restore} brings the databases to the newest state before that. Prints the positions.
 */
final class CrashingMachine {
    private CrashingMachine() {}

    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx();
        ResolvingObjectStore store = new ResolvingObjectStore(
                vertx,
                LocalObjectStore.open(vertx, Path.of(arguments[0]))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get());
        Path directory = Path.of(arguments[1]);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        ExecutorService fetchers = Executors.newFixedThreadPool(IndexedRestore.PARALLEL);
        Replication replication = new Replication(new Context(
                Files.createDirectories(directory.resolve("env")),
                SpoolDirectory.in(Files.createDirectories(directory.resolve("data"))),
                1,
                new ObjectReplicaStore(store, "default"),
                () -> {},
                FileRegistry.shared(),
                pool,
                fetchers));
        Map<String, DatabaseCommands.Replica> replicas = replication.claim();
        if (arguments[2].equals("restore")) {
            Map<String, DatabasePosition> newest = new TreeMap<>();
            replicas.forEach((key, replica) -> newest.put(
                    key,
                    new DatabasePosition(
                            replica.path(), DatabasePosition.REPLICA, replica.newestData(), null, null, null, null)));
            replication.settle(newest);
        }
        replication.attach();
        replication.mark();
        replication.position();
        replication.capture().databases().forEach((key, position) -> System.out.println(key + " " + position.txid()));
        replication.release();
        replication.detach();
        System.exit(0);
    }
}
