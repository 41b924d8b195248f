package io.statemanager.replication;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * {@code <name>/databases.json}: which replicas the environment has. Changed by compare-and-swap only; an entry is never removed, so a
 * replica cannot be forgotten. One thread at a time; keeps what it last read or wrote.
 */
final class Catalog {
    private static final int FORMAT = 1;
    private static final int ATTEMPTS = 10;

    /**
     * @param path below the environment directory
     * @param deletedSince the replica's newest TXID when the application had deleted the database; null while it is present
     */
    record Entry(String path, Long deletedSince) {
        Entry present() {
            return new Entry(path, null);
        }

        Entry deleted(long since) {
            return new Entry(path, since);
        }
    }

    record Contents(int format, Map<String, Entry> databases) {}

    private final ReplicaStore store;
    private Map<String, Entry> entries = Map.of();
    private String etag;

    Catalog(ReplicaStore store) {
        this.store = store;
    }

    Map<String, Entry> entries() {
        return entries;
    }

    /** Reads it from the store. */
    void load() {
        Optional<ReplicaStore.Document> document = store.catalog();
        etag = document.map(ReplicaStore.Document::etag).orElse(null);
        entries = document.map(d -> parse(d.bytes())).orElse(Map.of());
    }

    private static Map<String, Entry> parse(byte[] bytes) {
        Contents contents =
                Json.bind(Json.parse(bytes, FailureCode.REPLICA_DAMAGED), Contents.class, FailureCode.REPLICA_DAMAGED);
        if (contents.format() != FORMAT) {
            throw CommandException.of(
                    FailureCode.REPLICA_DAMAGED,
                    "databases.json has format " + contents.format() + ", this version knows " + FORMAT);
        }
        return contents.databases() == null ? Map.of() : contents.databases();
    }

    /** Changes it; where the change makes no difference, nothing is written. Durable when it returns. */
    void change(UnaryOperator<Map<String, Entry>> change) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Map<String, Entry> next = change.apply(new TreeMap<>(entries));
            if (next.equals(entries)) {
                return;
            }
            if (store.swapCatalog(etag, Json.document(new Contents(FORMAT, next)))) {
                load();
                return;
            }
            load();
        }
        throw CommandException.of(FailureCode.STORE_FAILED, "databases.json is changed by others again and again");
    }

    void present(String key, String path) {
        change(all -> {
            Entry entry = all.get(key);
            all.put(key, entry == null ? new Entry(path, null) : entry.present());
            return all;
        });
    }

    void deleted(String key, long since) {
        change(all -> {
            all.computeIfPresent(key, (k, entry) -> entry.deletedSince() == null ? entry.deleted(since) : entry);
            return all;
        });
    }
}
