package io.statemanager.storage.local;

import io.statemanager.storage.Body;
import io.statemanager.storage.Buffers;
import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.Condition;
import io.statemanager.storage.FileResult;
import io.statemanager.storage.GetResult;
import io.statemanager.storage.Keys;
import io.statemanager.storage.ListPage;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.ProbeableStore;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.PutResult;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreCounters;
import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.storage.StoreQuirks;
import io.statemanager.storage.StoreWorkers;
import io.statemanager.storage.StreamChunks;
import io.statemanager.storage.WriteGate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A directory that keeps the promises of an object store, between processes too: each object is a plain file, written beside and named
 * in one step. As durable as its disk, and no more. Safe for any thread; the work is done on threads of its own.
 */
public final class LocalObjectStore implements ProbeableStore {
    private static final int CHUNK = 1024 * 1024;

    private final LocalEngine engine;
    private final CallPolicy policy;
    private final WriteGate gate;

    private LocalObjectStore(LocalEngine engine, CallPolicy policy, WriteGate gate) {
        this.engine = engine;
        this.policy = policy;
        this.gate = gate;
    }

    /** Opens a directory, and makes it where it is missing. */
    public static Future<LocalObjectStore> open(Vertx vertx, Path directory) {
        return open(vertx, directory, new StoreCounters());
    }

    /** @param counters where its operations are counted */
    public static Future<LocalObjectStore> open(Vertx vertx, Path directory, StoreCounters counters) {
        StoreWorkers opener = new StoreWorkers("store-local-open", 1);
        return opener.run(vertx, () -> LocalDirectory.open(directory))
                .onComplete(end -> opener.close())
                .map(open -> new LocalObjectStore(
                        new LocalEngine(vertx, open, counters), CallPolicy.DEFAULT, WriteGate.ALWAYS_OPEN))
                .recover(failure -> Future.failedFuture(unopened((Exception) failure, directory)));
    }

    /** A directory that cannot be opened is to its user what a server is that cannot be reached. */
    private static StoreException unopened(Exception failure, Path directory) {
        StoreException known = LocalFaults.of(failure, "open", "", directory);
        return known.error() == StoreError.LOCAL_IO
                ? new StoreException(
                        StoreError.UNREACHABLE,
                        "open",
                        "",
                        known.reason(),
                        "storage.path must be a directory that can be made and written: " + directory,
                        false,
                        failure)
                : known;
    }

    @Override
    public Future<PutResult> put(String key, Body body, PutOptions options) {
        return write(
                        "put",
                        key,
                        body.length(),
                        call -> body instanceof Body.Stream stream
                                ? putStream(call, stream, options)
                                : engine.request(
                                        Kind.PUT, call, () -> engine.writes().put(call, body, options)))
                .onSuccess(done -> engine.counters().sent(body.length()));
    }

    private Future<PutResult> putStream(LocalCall call, Body.Stream stream, PutOptions options) {
        StreamChunks chunks = new StreamChunks(stream, CHUNK, call.key());
        return engine.run(call, false, () -> engine.writes().stage())
                .compose(staged -> append(call, chunks, staged)
                        .compose(v -> engine.request(Kind.PUT, call, () -> {
                            staged.finish(options.metadata());
                            return engine.writes().name(call, staged, options.condition());
                        }))
                        .eventually(() -> engine.run(call, false, () -> {
                            staged.close();
                            return null;
                        })));
    }

    private Future<Void> append(LocalCall call, StreamChunks chunks, Staged staged) {
        return chunks.next()
                .compose(chunk -> chunk.isEmpty()
                        ? Future.succeededFuture()
                        : engine.<Void>run(call, false, () -> {
                                    call.checkTime();
                                    staged.write(Buffers.view(chunk.get()));
                                    return null;
                                })
                                .compose(v -> append(call, chunks, staged)));
    }

    /** Parts would be the same file. */
    @Override
    public Future<PutResult> putInParts(String key, Body body, PutOptions options) {
        return put(key, body, options);
    }

    /** There is no way on which a body could change. */
    @Override
    public Future<Boolean> noticesWrongChecksum(String key) {
        return Future.succeededFuture(true);
    }

    @Override
    public Future<PutResult> copy(String from, String to, Condition condition) {
        return write(
                "copy",
                to,
                0,
                call -> engine.request(
                        Kind.COPY, call, () -> engine.writes().copy(call, engine.reads(), from, condition)));
    }

    @Override
    public Future<Void> delete(Collection<String> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture();
        }
        List<String> all = List.copyOf(keys);
        return write(
                "delete",
                all.get(0),
                0,
                call -> engine.request(Kind.DELETE, call, () -> {
                    engine.writes().delete(call, all);
                    return null;
                }));
    }

    @Override
    public Future<GetResult> get(String key, Range range) {
        return read(Kind.GET, "get", key, call -> engine.reads().get(call, range))
                .onSuccess(done -> engine.counters().received(done.body().length()));
    }

    @Override
    public Future<FileResult> getToFile(String key, Range range, Path file, long offset) {
        return read(Kind.GET, "get", key, call -> engine.reads().getToFile(call, range, file, offset))
                .onSuccess(done -> engine.counters().received(done.bytes()));
    }

    @Override
    public Future<Optional<ObjectInfo>> head(String key) {
        return read(Kind.HEAD, "head", key, call -> engine.reads().head(call));
    }

    @Override
    public Future<ListPage> list(String prefix, String startAfter, int max) {
        Path root = engine.directory().root();
        return read(Kind.LIST, "list", prefix, call -> new LocalListing(call, prefix, startAfter, max).page(root));
    }

    private interface Reading<T> {
        T with(LocalCall call) throws Exception;
    }

    private <T> Future<T> read(Kind kind, String operation, String key, Reading<T> reading) {
        LocalCall call = new LocalCall(operation, key, WriteGate.Ticket.FREE, policy, 0);
        return engine.request(kind, call, () -> reading.with(call));
    }

    private <T> Future<T> write(String operation, String key, long bytes, Function<LocalCall, Future<T>> task) {
        return guarded(() -> {
            Keys.check(operation, key);
            return task.apply(new LocalCall(operation, key, gate.enter(operation, key), policy, bytes));
        });
    }

    private static <T> Future<T> guarded(Supplier<Future<T>> call) {
        try {
            return call.get();
        } catch (StoreException refused) {
            return Future.failedFuture(refused);
        }
    }

    @Override
    public LocalObjectStore with(CallPolicy other) {
        return new LocalObjectStore(engine, other, gate);
    }

    /** A directory has none. */
    @Override
    public LocalObjectStore with(StoreQuirks quirks) {
        return this;
    }

    @Override
    public LocalObjectStore gatedBy(WriteGate other) {
        return new LocalObjectStore(engine, policy, other);
    }

    @Override
    public StoreCounters counters() {
        return engine.counters();
    }

    @Override
    public Future<Void> close() {
        return engine.close();
    }
}
