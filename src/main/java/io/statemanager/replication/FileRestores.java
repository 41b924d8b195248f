package io.statemanager.replication;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Call;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabaseCommands.Extract;
import io.statemanager.bus.DatabaseCommands.Find;
import io.statemanager.bus.DatabaseCommands.Found;
import io.statemanager.bus.DatabaseCommands.Position;
import io.statemanager.bus.DatabaseCommands.Replica;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Nothing;
import io.statemanager.ltx.LtxException;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.LtxHeader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Looks at replicas and makes new files of their positions, on threads of its own: what the running databases are about neither waits for
 * this nor is waited for. Confined to the verticle's context; one file at a time, since each takes memory.
 */
final class FileRestores {
    private static final int THREADS = 3;
    private static final int LONGEST_HOURS = 12;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final WorkerExecutor threads;
    private boolean busy;

    FileRestores(Vertx vertx) {
        threads = vertx.createSharedWorkerExecutor("database-files", THREADS, LONGEST_HOURS, TimeUnit.HOURS);
    }

    private <T> Future<T> call(Callable<T> call) {
        return threads.executeBlocking(call, false).recover(failure -> Future.failedFuture(Failures.explain(failure)));
    }

    Future<DatabaseCommands.Positions> positions(Replication of, String name) {
        Replica replica = replica(of, name);
        return call(() -> new DatabaseCommands.Positions(
                name,
                replica.path(),
                of.context().store().inventory(name).stream()
                        .sorted(Comparator.comparing((ReplicaStore.Stored stored) ->
                                        stored.file().maxTxid())
                                .thenComparing(stored -> stored.file().level()))
                        .map(FileRestores::position)
                        .toList()));
    }

    private static Position position(ReplicaStore.Stored stored) {
        LtxFile file = stored.file();
        return new Position(file.maxTxid(), file.minTxid(), file.level(), file.size(), stored.created());
    }

    Future<Found> find(Replication of, Find order) {
        Replica replica = replica(of, order.name());
        return call(() -> find(of.context().store(), replica, order));
    }

    private static Found find(ReplicaStore store, Replica replica, Find order) throws IOException {
        List<ReplicaStore.Stored> inventory = store.inventory(replica.key());
        if (inventory.isEmpty()) {
            throw CommandException.of(
                    FailureCode.POSITION_NOT_FOUND,
                    "database '" + replica.key() + "': nothing of it has been stored yet");
        }
        PositionSearch.Choice choice = new PositionSearch(replica.key(), inventory).choose(order, Instant.now());
        LtxFile last = choice.plan().get(choice.plan().size() - 1);
        try {
            LtxHeader header = LtxHeader.decode(
                    store.read(replica.key(), last, 0, LtxHeader.SIZE).bytes());
            RestoreMemory.require(replica.key(), header, choice.plan());
            return new Found(
                    replica.key(),
                    DatabasePosition.replica(replica.path(), choice.txid(), header.pageSize(), header.commit()),
                    choice.time(),
                    choice.plan().size(),
                    choice.plan().stream().mapToLong(LtxFile::size).sum());
        } catch (LtxException e) {
            throw DatabaseRestore.damaged(replica.key(), e);
        }
    }

    Future<Nothing> extract(Replication of, Extract order, Call call) {
        if (busy) {
            return Future.failedFuture(CommandException.of(
                            FailureCode.OPERATION_IN_PROGRESS,
                            "another database is being restored to a file; try again when that has ended")
                    .retryAfter(RETRY_AFTER));
        }
        busy = true;
        NewDatabaseFile file = new NewDatabaseFile(
                of.context(), of.context().restores().toldTo((what, done, total) -> call.progress(what, done, total)));
        return call(() -> {
                    file.make(order.found(), Path.of(order.output()));
                    return NOTHING;
                })
                .onComplete(done -> busy = false);
    }

    private static Replica replica(Replication of, String name) {
        Replica replica = name == null ? null : of.replicas().get(name);
        if (replica == null) {
            throw CommandException.of(
                            FailureCode.DATABASE_NOT_FOUND, "there is no replica of a database '" + name + "'")
                    .withHint("'db list' and GET /databases name the databases that are there");
        }
        return replica;
    }

    Future<Void> close() {
        return threads.close();
    }
}
