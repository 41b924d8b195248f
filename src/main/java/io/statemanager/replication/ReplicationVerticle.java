package io.statemanager.replication;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabaseCommands.Databases;
import io.statemanager.bus.DatabaseCommands.Replicas;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.Owned;
import io.statemanager.sqlite.FileRegistry;
import io.statemanager.storage.ObjectStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Wires the replication of databases to the bus. Holds the one environment that is owned, or none; confined to its own context. Everything
 * that blocks runs on {@link Work}, one call after the other.
 */
public final class ReplicationVerticle extends VerticleBase {
    private final Bus bus;
    private final ObjectStore store;
    private Work work;
    private JdbcAccess jdbc;
    private FileRestores files;
    private Replication replication;
    private Owned owned;

    /** @param store whose writes pass the lease gate and count as ours when they succeed */
    public ReplicationVerticle(Bus bus, ObjectStore store) {
        this.bus = bus;
        this.store = store;
    }

    @Override
    public Future<?> start() {
        work = new Work(vertx);
        files = new FileRestores(vertx);
        jdbc = new JdbcAccess(vertx, work, FileRegistry.shared());
        return Future.all(List.of(
                bus.handle(DatabaseCommands.LIST, all -> opened(r -> Future.succeededFuture(list(r)))),
                bus.handle(DatabaseCommands.QUERY, this::query),
                bus.handle(DatabaseCommands.POSITIONS, of -> opened(r -> files.positions(r, of.name()))),
                bus.handle(DatabaseCommands.FIND, order -> opened(r -> files.find(r, order))),
                bus.handle(DatabaseCommands.EXTRACT, (order, call) -> opened(r -> files.extract(r, order, call))),
                bus.handle(DatabaseCommands.CLAIM, this::claim),
                bus.handle(
                        DatabaseCommands.REPLICAS,
                        all -> opened(r -> Future.succeededFuture(new Replicas(r.replicas())))),
                bus.handle(
                        DatabaseCommands.REQUIRE_UNUSED,
                        of -> opened(r ->
                                work.run(() -> r.requireUnused(of.positions())).map(NOTHING))),
                bus.handle(DatabaseCommands.SETTLE, to -> closed(r -> work.run(() -> r.settle(to.positions())))),
                bus.handle(DatabaseCommands.PROVE, newest -> opened(r -> work.call(() -> r.prove(newest.newest())))),
                bus.handle(DatabaseCommands.ATTACH, this::attach),
                bus.handle(DatabaseCommands.DETACH, all -> closed(r -> work.run(r::detach))),
                bus.handle(DatabaseCommands.CLOSE, all -> close()),
                bus.handle(DatabaseCommands.MARK, all -> opened(r -> work.call(r::mark))),
                bus.handle(DatabaseCommands.POSITION, all -> opened(r -> work.call(r::position))),
                bus.handle(DatabaseCommands.CAPTURE, all -> opened(r -> work.call(r::capture))),
                bus.handle(
                        DatabaseCommands.RELEASE,
                        all -> opened(r -> work.run(r::release).map(NOTHING)))));
    }

    @Override
    public Future<?> stop() {
        return close().eventually(work::close).eventually(files::close);
    }

    private Future<Replicas> claim(DatabaseCommands.Open open) {
        owned = open.environment();
        return close().compose(done -> work.call(() -> {
                    Replication opening = new Replication(context(open.environment()));
                    opening.claim();
                    return opening;
                }))
                .map(opening -> {
                    replication = opening;
                    owned = open.environment();
                    return new Replicas(opening.replicas());
                });
    }

    private Context context(Owned environment) throws java.io.IOException {
        return new Context(
                environment.envDir(),
                SpoolDirectory.in(environment.dataDir()),
                environment.generation(),
                new ObjectReplicaStore(store, environment.name()),
                new BusOwnership(bus, environment.nonce()),
                FileRegistry.shared(),
                work.databases(),
                work.ranges());
    }

    private Future<Databases> attach(DatabaseCommands.Attach attach) {
        return opened(r -> {
            Path standard = owned.envDir().resolve(DatabaseKey.DEFAULT_PATH);
            Future<Void> made = attach.createDefault() ? jdbc.createIfMissing(standard) : Future.succeededFuture();
            return made.compose(done -> work.run(r::attach)).map(done -> {
                jdbc.accept();
                return list(r);
            });
        });
    }

    private Future<DatabaseCommands.Rows> query(DatabaseCommands.Query query) {
        return opened(r -> {
            Queries.check(query);
            String path = r.views().stream()
                    .filter(view -> view.name().equals(query.name()))
                    .map(DatabaseCommands.DatabaseView::path)
                    .findFirst()
                    .orElseThrow(() -> CommandException.of(
                                    FailureCode.DATABASE_NOT_FOUND, "there is no database '" + query.name() + "'")
                            .withHint("'db list' and GET /databases name those that are there"));
            return jdbc.query(owned.envDir().resolve(path), query);
        });
    }

    private Future<Nothing> close() {
        Replication closing = replication;
        replication = null;
        return jdbc.close()
                .compose(done -> closing == null ? Future.<Void>succeededFuture() : work.run(closing::close))
                .map(NOTHING);
    }

    private static Databases list(Replication replication) {
        return new Databases(replication.views());
    }

    private <T> Future<T> opened(Function<Replication, Future<T>> call) {
        return replication == null
                ? Future.failedFuture(CommandException.of(
                        FailureCode.NOT_CONFIGURED, "no environment is owned here, so there are no databases"))
                : call.apply(replication);
    }

    /** The same, with no connection of ours to any database afterwards. */
    private Future<Nothing> closed(Function<Replication, Future<Void>> call) {
        return opened(r -> jdbc.close().compose(done -> call.apply(r)).map(NOTHING));
    }
}
