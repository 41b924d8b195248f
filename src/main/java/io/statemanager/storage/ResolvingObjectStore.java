package io.statemanager.storage;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/**
 * Ends conditional writes with an answer where one can be had at all; see {@link Resolution}. Those with a nonce are resolved, and
 * carry their content's hash from here on; all other calls go through unchanged.
 *
 * <p>A body that is a stream cannot be sent twice and is not resolved: its ambiguous failure is the caller's to look into.
 */
public final class ResolvingObjectStore implements DirectStore {
    private static final long HASHED_AT_ONCE = 64 * 1024;

    private final Vertx vertx;
    private final StoreWorkers workers;
    private final DirectStore store;
    private final CallPolicy policy;

    public ResolvingObjectStore(Vertx vertx, DirectStore store) {
        this(vertx, new StoreWorkers("store-hash", 1), store, CallPolicy.DEFAULT);
    }

    private ResolvingObjectStore(Vertx vertx, StoreWorkers workers, DirectStore store, CallPolicy policy) {
        this.vertx = vertx;
        this.workers = workers;
        this.store = store;
        this.policy = policy;
    }

    @Override
    public Future<PutResult> put(String key, Body body, PutOptions options) {
        if (body instanceof Body.Stream
                || !options.condition().isConditional()
                || options.nonce().isEmpty()) {
            return store.put(key, body, options);
        }
        return hashed(key, body, options).compose(full -> {
            Resolution.Own own = new Resolution.Own(body.length(), full.metadata());
            return new Resolution(
                            vertx,
                            store,
                            policy,
                            new Resolution.Write(
                                    key,
                                    body.length(),
                                    full.condition(),
                                    view -> view.put(key, body, full),
                                    () -> Future.succeededFuture(own)))
                    .begin();
        });
    }

    /** A copy has the metadata of its source, and is known again by that. */
    @Override
    public Future<PutResult> copy(String from, String to, Condition condition) {
        if (!condition.isConditional()) {
            return store.copy(from, to, condition);
        }
        return new Resolution(
                        vertx,
                        store,
                        policy,
                        new Resolution.Write(
                                to, 0, condition, view -> view.copy(from, to, condition), () -> likeSource(from)))
                .begin();
    }

    private Future<Resolution.Own> likeSource(String from) {
        return store.head(from)
                .compose(source -> source.map(
                                info -> Future.succeededFuture(new Resolution.Own(info.size(), info.metadata())))
                        .orElseGet(() -> Future.failedFuture(
                                new StoreException(StoreError.NOT_FOUND, "copy", from, "there is no such object"))));
    }

    private Future<PutOptions> hashed(String key, Body body, PutOptions options) {
        if (options.metadata().containsKey(PutOptions.SHA256)) {
            return Future.succeededFuture(options);
        }
        Future<String> hash = body instanceof Body.Bytes && body.length() <= HASHED_AT_ONCE
                ? Future.succeededFuture(hash(key, body))
                : workers.run(vertx, () -> hash(key, body));
        return hash.map(hex -> options.withMetadata(PutOptions.SHA256, hex));
    }

    private static String hash(String key, Body body) {
        try {
            return Digests.hex(Digests.of(body, Digests.sha256()));
        } catch (IOException e) {
            throw new StoreException(
                    StoreError.LOCAL_IO, "put", key, "the body cannot be read: " + e.getMessage(), "", false, e);
        }
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
    public Future<Void> delete(Collection<String> keys) {
        return store.delete(keys);
    }

    @Override
    public DirectStore with(CallPolicy other) {
        return new ResolvingObjectStore(vertx, workers, store.with(other), other);
    }

    @Override
    public DirectStore gatedBy(WriteGate gate) {
        return new ResolvingObjectStore(vertx, workers, store.gatedBy(gate), policy);
    }

    @Override
    public StoreCounters counters() {
        return store.counters();
    }

    @Override
    public Future<Void> close() {
        return store.close().onComplete(end -> workers.close());
    }
}
