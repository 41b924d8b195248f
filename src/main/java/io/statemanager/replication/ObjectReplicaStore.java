package io.statemanager.replication;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.ltx.LtxFile;
import io.statemanager.storage.Body;
import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.Condition;
import io.statemanager.storage.GetResult;
import io.statemanager.storage.Listing;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The replicas in an object store, under the keys that Litestream has in a bucket (the local store itself lays them out as Litestream does
 * in a directory). The one place of this room where the store is waited for, on a worker thread; the deadline here only catches a store
 * that breaks its promise to end every call.
 */
final class ObjectReplicaStore implements ReplicaStore {
    private static final Duration BEYOND_DEADLINES = Duration.ofMinutes(10);

    private final ObjectStore store;
    private final String environment;

    /** @param store gated: a write that succeeds counts as ours */
    ObjectReplicaStore(ObjectStore store, String environment) {
        this.store = store;
        this.environment = environment;
    }

    private String root(String key) {
        return environment + "/db/" + key + "/";
    }

    private String objectKey(String key, LtxFile file) {
        return root(key) + file.bucketKey();
    }

    @Override
    public List<Stored> inventory(String key) {
        List<Stored> files = new ArrayList<>();
        String prefix = root(key);
        await(
                Listing.each(store, prefix, object -> {
                    String name = object.key().substring(prefix.length());
                    LtxFile.parse(name, object.size())
                            .filter(file -> file.bucketKey().equals(name))
                            .ifPresent(file -> files.add(new Stored(file, object.age(), object.lastModified())));
                }),
                0);
        return files;
    }

    @Override
    public Part read(String key, LtxFile file, long offset, int length) {
        GetResult result = await(store.get(objectKey(key, file), Range.of(offset, length)), length);
        return new Part(result.body().getBytes(), result.info().metadata());
    }

    @Override
    public void create(String key, LtxFile file, Path content, Map<String, String> metadata) throws TakenException {
        long size = sizeOf(content);
        Body body = Body.ofFile(content, 0, size);
        created(objectKey(key, file), store.put(objectKey(key, file), body, options(metadata)), size);
    }

    private static PutOptions options(Map<String, String> metadata) {
        return new PutOptions(Condition.createOnly(), metadata);
    }

    @Override
    public void copy(String key, LtxFile from, LtxFile to) throws TakenException {
        String target = objectKey(key, to);
        created(target, store.copy(objectKey(key, from), target, Condition.createOnly()), from.size());
    }

    private static void created(String what, Future<?> write, long size) throws TakenException {
        try {
            await(write, size);
        } catch (StoreException e) {
            if (e.error() == StoreError.PRECONDITION_FAILED) {
                throw new TakenException(what);
            }
            throw e;
        }
    }

    @Override
    public Optional<Document> catalog() {
        try {
            GetResult result = await(store.get(catalogKey(), Range.all()), 0);
            return Optional.of(
                    new Document(result.body().getBytes(), result.info().etag()));
        } catch (StoreException e) {
            if (e.error() == StoreError.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public boolean swapCatalog(String etag, byte[] bytes) {
        PutOptions options = etag == null ? PutOptions.createOnly() : PutOptions.ifMatch(etag);
        try {
            await(
                    store.put(
                            catalogKey(),
                            Body.of(bytes),
                            options.withNonce(UUID.randomUUID().toString())),
                    bytes.length);
            return true;
        } catch (StoreException e) {
            if (e.error() == StoreError.PRECONDITION_FAILED) {
                return false;
            }
            throw e;
        }
    }

    private String catalogKey() {
        return environment + "/databases.json";
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T await(Future<T> future, long bytes) {
        long seconds = BEYOND_DEADLINES.toSeconds() + 4 * bytes / CallPolicy.MIN_RATE;
        try {
            return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.of(FailureCode.UNAVAILABLE, "interrupted while waiting for the store", e);
        } catch (TimeoutException e) {
            throw CommandException.of(FailureCode.TIMEOUT, "the store did not answer", e);
        }
    }
}
