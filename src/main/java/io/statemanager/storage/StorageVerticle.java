package io.statemanager.storage;

import static io.statemanager.bus.Nothing.NOTHING;

import io.micrometer.core.instrument.MeterRegistry;
import io.statemanager.bus.Bus;
import io.statemanager.bus.Command;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.StatusCommands;
import io.statemanager.config.StorageSettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Owns the store in use and answers its commands. Several operations run at a time; opening, changing and closing follow one another.
 * Confined to its context.
 */
public final class StorageVerticle extends VerticleBase {
    private final Bus bus;
    private final WriteGate gate;
    private final StoreCounters counters = new StoreCounters();
    private OpenStore open;
    private String lastError;
    private Future<?> turn = Future.succeededFuture();

    /**
     * @param gate that the lease opens and closes
     * @param registry where the store's counters are to be seen
     */
    public StorageVerticle(Bus bus, WriteGate gate, Optional<MeterRegistry> registry) {
        this.bus = bus;
        this.gate = gate;
        registry.ifPresent(counters::bindTo);
    }

    @Override
    public Future<?> start() {
        return Future.all(List.of(
                bus.handle(StoreCommands.OPEN, this::open),
                bus.handle(StoreCommands.PROBE, this::probe),
                bus.handle(StoreCommands.CREDENTIALS, this::change),
                bus.handle(StoreCommands.CLOSE, nothing -> close()),
                bus.handle(StoreCommands.STATUS, nothing -> Future.succeededFuture(status())),
                handle(StoreCommands.PUT, StoreCommands.Put::access, (s, q) -> s.put(q.key(), q.body(), q.options())),
                handle(StoreCommands.GET, StoreCommands.Get::access, (s, q) -> s.get(q.key(), q.range())),
                handle(
                        StoreCommands.GET_TO_FILE,
                        StoreCommands.GetToFile::access,
                        (s, q) -> s.getToFile(q.key(), q.range(), q.file(), q.offset())),
                handle(
                        StoreCommands.HEAD,
                        StoreCommands.Head::access,
                        (s, q) -> s.head(q.key()).map(StoreCommands.Found::new)),
                handle(
                        StoreCommands.LIST,
                        StoreCommands.Page::access,
                        (s, q) -> s.list(q.prefix(), q.startAfter(), q.max())),
                handle(
                        StoreCommands.COPY,
                        StoreCommands.Copy::access,
                        (s, q) -> s.copy(q.from(), q.to(), q.condition())),
                handle(
                        StoreCommands.DELETE,
                        StoreCommands.Delete::access,
                        (s, q) -> s.delete(q.keys()).map(NOTHING))));
    }

    @Override
    public Future<?> stop() {
        return close();
    }

    private interface Operation<Q, R> {
        Future<R> on(ObjectStore store, Q request);
    }

    private <Q, R> Future<Void> handle(
            Command<Q, R> command, Function<Q, StoreCommands.Access> access, Operation<Q, R> operation) {
        return bus.handle(
                command,
                request -> operation.on(store(access.apply(request)), request).onFailure(this::remember));
    }

    private ObjectStore store(StoreCommands.Access access) {
        if (open == null) {
            throw new StoreException(StoreError.CLOSED, "store", "", "no store is open");
        }
        DirectStore store = open.raw().with(access.policy());
        return access.gated() ? new GatedObjectStore(store, gate) : store;
    }

    private Future<StoreCommands.Opened> open(StoreCommands.Open wanted) {
        return inTurn(() -> OpenStore.open(vertx, wanted, counters)
                .onFailure(this::remember)
                .compose(fresh -> {
                    OpenStore former = open;
                    open = fresh;
                    lastError = null;
                    Future<Void> closed = former == null ? Future.succeededFuture() : former.close();
                    return closed.transform(end -> Future.succeededFuture(fresh.told()));
                }));
    }

    private Future<StoreCommands.Opened> probe(StoreCommands.Open wanted) {
        return OpenStore.open(
                        vertx,
                        new StoreCommands.Open(wanted.settings(), wanted.environment(), true),
                        new StoreCounters())
                .compose(tried -> tried.close().map(tried.told()));
    }

    private Future<Nothing> change(StorageSettings settings) {
        return inTurn(() -> open == null
                ? Future.succeededFuture(NOTHING)
                : open.change(settings).map(NOTHING));
    }

    private Future<Nothing> close() {
        return inTurn(() -> {
            OpenStore former = open;
            open = null;
            return former == null
                    ? Future.succeededFuture(NOTHING)
                    : former.close().map(NOTHING);
        });
    }

    private <T> Future<T> inTurn(Supplier<Future<T>> step) {
        Future<T> mine = turn.transform(before -> step.get());
        turn = mine;
        return mine;
    }

    /** Only what tells of the store's health: a missing object or a lost race does not. */
    private void remember(Throwable failure) {
        if (failure instanceof StoreException e && e.error().isTroubleOfTheStore()) {
            lastError = e.getMessage();
        }
    }

    private StatusCommands.Storage status() {
        if (open == null) {
            return new StatusCommands.Storage(null, "closed", null, null, null, null, List.of(), lastError);
        }
        var settings = open.settings();
        return new StatusCommands.Storage(
                open.isLocal() ? "file" : "s3",
                "open",
                settings.bucket(),
                settings.endpoint(),
                settings.path() == null ? null : settings.path().toString(),
                settings.keyPrefix(),
                quirks(open),
                lastError);
    }

    private static List<String> quirks(OpenStore open) {
        List<String> told = new ArrayList<>(open.warnings());
        if (!open.quirks().quotedEtags()) {
            told.add("the store takes ETags without quotes only");
        }
        if (!open.quirks().batchDelete()) {
            told.add("the store deletes objects one by one only");
        }
        return told;
    }
}
