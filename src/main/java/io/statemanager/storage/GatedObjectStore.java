package io.statemanager.storage;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;

/**
 * A store for those who may write only while the environment is ours. Reads always pass. Each attempt of a write passes the gate, and
 * a write succeeds only when we were the owner beyond doubt at its answer; where that cannot be shown it fails as ambiguous, since it
 * has happened but may not count.
 */
public final class GatedObjectStore implements ObjectStore {
    private final DirectStore store;
    private final WriteGate gate;

    public GatedObjectStore(DirectStore store, WriteGate gate) {
        this.store = store;
        this.gate = gate;
    }

    @Override
    public Future<PutResult> put(String key, Body body, PutOptions options) {
        return write("put", key, gated -> gated.put(key, body, options));
    }

    @Override
    public Future<PutResult> copy(String from, String to, Condition condition) {
        return write("copy", to, gated -> gated.copy(from, to, condition));
    }

    private Future<PutResult> write(String operation, String key, Function<DirectStore, Future<PutResult>> call) {
        WriteGate.Ticket ticket;
        try {
            ticket = gate.enter(operation, key);
        } catch (StoreException closed) {
            return Future.failedFuture(closed);
        }
        return call.apply(store.gatedBy((o, k) -> ticket))
                .compose(result -> ticket.confirm(result.date()).map(result));
    }

    @Override
    public Future<Void> delete(Collection<String> keys) {
        return store.gatedBy(gate).delete(keys);
    }

    @Override
    public Future<GetResult> get(String key, Range range) {
        return store.get(key, range);
    }

    @Override
    public Future<FileResult> getToFile(String key, Range range, Path file, long offset) {
        return store.getToFile(key, range, file, offset);
    }

    @Override
    public Future<Optional<ObjectInfo>> head(String key) {
        return store.head(key);
    }

    @Override
    public Future<ListPage> list(String prefix, String startAfter, int max) {
        return store.list(prefix, startAfter, max);
    }

    @Override
    public ObjectStore with(CallPolicy policy) {
        return new GatedObjectStore(store.with(policy), gate);
    }
}
