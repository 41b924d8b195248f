package io.statemanager.config;

import io.statemanager.bus.CommandException;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The store's side of the seam: remembers what was asked, and fails a probe where a test says so. */
final class StoreRecorder implements StoreAccess {
    final List<String> calls = new CopyOnWriteArrayList<>();
    volatile CommandException probeFailure;

    @Override
    public Future<Void> probe(Configuration configuration) {
        calls.add("probe " + revealed(configuration.storage()));
        return probeFailure == null ? Future.succeededFuture() : Future.failedFuture(probeFailure);
    }

    @Override
    public Future<Void> changeCredentials(StorageSettings storage) {
        calls.add("credentials " + revealed(storage));
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> write(String key, byte[] document) {
        calls.add("write " + key + " " + new String(document, StandardCharsets.UTF_8));
        return Future.succeededFuture();
    }

    private static String revealed(StorageSettings storage) {
        return storage.secretKey() == null ? "none" : storage.secretKey().reveal();
    }
}
