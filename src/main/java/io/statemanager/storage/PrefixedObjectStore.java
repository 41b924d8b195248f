package io.statemanager.storage;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A store whose keys all lie below a prefix of another one: the one place where {@code storage.key_prefix} is applied. */
public final class PrefixedObjectStore implements DirectStore {
    private final DirectStore store;
    private final String prefix;

    private PrefixedObjectStore(DirectStore store, String prefix) {
        this.store = store;
        this.prefix = prefix;
    }

    /**
     * @param keyPrefix as configured: slashes at both ends mean nothing, and nothing but slashes is no prefix
     * @throws StoreException {@link StoreError#INVALID_KEY} for one that no key can begin with
     */
    public static DirectStore of(DirectStore store, String keyPrefix) {
        String plain = keyPrefix.replaceAll("^/+|/+$", "");
        return plain.isEmpty() ? store : new PrefixedObjectStore(store, Keys.check("open", plain) + "/");
    }

    @Override
    public Future<PutResult> put(String key, Body body, PutOptions options) {
        return outside(store.put(prefix + key, body, options));
    }

    @Override
    public Future<GetResult> get(String key, Range range) {
        return outside(store.get(prefix + key, range)
                .map(result -> new GetResult(result.body(), result.info().withKey(key))));
    }

    @Override
    public Future<FileResult> getToFile(String key, Range range, Path file, long offset) {
        return outside(store.getToFile(prefix + key, range, file, offset)
                .map(result -> new FileResult(result.bytes(), result.info().withKey(key))));
    }

    @Override
    public Future<Optional<ObjectInfo>> head(String key) {
        return outside(store.head(prefix + key).map(found -> found.map(info -> info.withKey(key))));
    }

    @Override
    public Future<ListPage> list(String below, String startAfter, int max) {
        String from = startAfter.isEmpty() ? "" : prefix + startAfter;
        return outside(store.list(prefix + below, from, max).map(page -> {
            List<ObjectInfo> objects = page.objects().stream()
                    .map(info -> info.withKey(strip(info.key())))
                    .toList();
            return new ListPage(objects, page.next().map(this::strip), page.date());
        }));
    }

    @Override
    public Future<PutResult> copy(String from, String to, Condition condition) {
        return outside(store.copy(prefix + from, prefix + to, condition));
    }

    @Override
    public Future<Void> delete(Collection<String> keys) {
        return outside(store.delete(keys.stream().map(key -> prefix + key).toList()));
    }

    private String strip(String key) {
        return key.startsWith(prefix) ? key.substring(prefix.length()) : key;
    }

    /** Errors tell the key that the caller knows. */
    private <T> Future<T> outside(Future<T> result) {
        return result.recover(failure ->
                Future.failedFuture(failure instanceof StoreException e ? e.withKey(strip(e.key())) : failure));
    }

    @Override
    public DirectStore with(CallPolicy policy) {
        return new PrefixedObjectStore(store.with(policy), prefix);
    }

    @Override
    public DirectStore gatedBy(WriteGate gate) {
        return new PrefixedObjectStore(store.gatedBy(gate), prefix);
    }

    @Override
    public StoreCounters counters() {
        return store.counters();
    }

    @Override
    public Future<Void> close() {
        return store.close();
    }
}
