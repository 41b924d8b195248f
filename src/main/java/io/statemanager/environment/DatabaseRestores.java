package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabaseCommands.Find;
import io.statemanager.bus.DatabaseCommands.Found;
import io.statemanager.bus.DatabaseCommands.Restore;
import io.statemanager.bus.DatabaseCommands.Restored;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.config.Stack;
import io.statemanager.runtime.Ticker;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/**
 * The restore of one database: finds its position, then makes a new file of it, for which nothing stops, or hands it to a restore in place.
 *
 * <p>The newest position is what a restore on an empty machine would give: after a restore its target, until the first file after that is
 * durable, although the replica holds later ones.
 */
final class DatabaseRestores {
    private final Bus bus;
    private final Work work;
    private final Stores stores;
    private final Ticker ticker;

    DatabaseRestores(Bus bus, Work work, Stores stores, Ticker ticker) {
        this.bus = bus;
        this.work = work;
        this.stores = stores;
        this.ticker = ticker;
    }

    /** @param inPlace restores what was found in place */
    Future<Restored> run(
            Tenure owner, Restore request, Call call, Function<Found, Future<Restoration.Outcome>> inPlace) {
        long began = ticker.nanos();
        if (!owner.terms().has(Stack.DB)) {
            return Future.failedFuture(
                    CommandException.of(FailureCode.DATABASE_NOT_FOUND, "databases are not in the stacks"));
        }
        return output(request, owner)
                .compose(output -> order(owner, request)
                        .compose(order -> bus.request(DatabaseCommands.FIND, order))
                        .compose(found -> {
                            if (Boolean.TRUE.equals(request.dryRun())) {
                                return Future.succeededFuture(answer("dry_run", found, output, null, began));
                            }
                            if (output == null) {
                                return inPlace.apply(found)
                                        .map(done -> answer("success", found, null, done.preRestoreId(), began));
                            }
                            call.info("restoring database " + found.name() + " at TXID "
                                    + found.position().txid() + " to " + output);
                            return bus.request(
                                            DatabaseCommands.EXTRACT, new DatabaseCommands.Extract(found, output), call)
                                    .map(done -> answer("success", found, output, null, began));
                        }));
    }

    private Future<String> output(Restore request, Tenure owner) {
        return request.output() == null
                ? Future.succeededFuture(null)
                : work.call(() ->
                        RestoreOutput.resolve(request.output(), owner.terms()).toString());
    }

    private Future<Find> order(Tenure owner, Restore request) {
        if (request.txid() != null || request.timestamp() != null) {
            return Future.succeededFuture(new Find(request.name(), request.txid(), request.timestamp()));
        }
        return newest(owner).map(positions -> {
            DatabasePosition position = positions.get(request.name());
            boolean restored =
                    position != null && position.as().equals(DatabasePosition.REPLICA) && position.base() != null;
            return new Find(request.name(), restored ? position.txid() : null, null);
        });
    }

    private Future<Map<String, DatabasePosition>> newest(Tenure owner) {
        return new Bases(stores.gated(), owner.owned().name())
                .highest()
                .compose(base -> bus.request(CheckpointCommands.LIST, NOTHING)
                        .compose(commits -> bus.request(DatabaseCommands.REPLICAS, NOTHING)
                                .map(replicas -> Newest.of(base, commits.checkpoints(), replicas.replicas())
                                        .databases())));
    }

    private Restored answer(String status, Found found, String output, String safety, long began) {
        DatabasePosition position = found.position();
        return new Restored(
                status,
                found.name(),
                position.path(),
                position.txid(),
                found.time(),
                position.pageSize(),
                position.pages(),
                found.sizeBytes(),
                found.files(),
                found.fetchBytes(),
                output,
                safety,
                Duration.ofNanos(ticker.nanos() - began).toMillis());
    }
}
