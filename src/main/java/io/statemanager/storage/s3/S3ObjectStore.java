package io.statemanager.storage.s3;

import io.statemanager.storage.Body;
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
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.storage.StoreQuirks;
import io.statemanager.storage.WriteGate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A bucket of S3 or of a server that speaks its protocol, through the SDK's non-blocking client. Safe for any thread.
 *
 * <p>Requests beyond the configured concurrency wait in order; urgent ones do not. What servers do differently is in {@link
 * StoreQuirks}; what they answer is told in one place, {@link S3Faults}.
 */
public final class S3ObjectStore implements ProbeableStore {
    private final S3Engine engine;
    private final S3View view;
    private final S3Reads reads;
    private final S3Puts puts;
    private final S3Multipart multipart;
    private final S3Copies copies;
    private final S3Deletes deletes;

    private S3ObjectStore(S3Engine engine, S3View view) {
        this.engine = engine;
        this.view = view;
        this.reads = new S3Reads(engine.settings());
        this.puts = new S3Puts(engine.settings());
        this.multipart = new S3Multipart(engine.settings());
        this.copies = new S3Copies(engine.settings(), reads, puts, multipart);
        this.deletes = new S3Deletes(engine.settings());
    }

    /**
     * Builds the client, which takes up to a second, and sends one request to warm it, both on a thread of its own. What that request
     * meets does not matter here: a place that cannot be used is told of by the first call.
     */
    public static Future<S3ObjectStore> open(Vertx vertx, S3Settings settings) {
        return open(vertx, settings, new StoreCounters());
    }

    /** @param counters where its requests are counted */
    public static Future<S3ObjectStore> open(Vertx vertx, S3Settings settings, StoreCounters counters) {
        return S3Engine.open(vertx, settings, counters)
                .map(engine -> new S3ObjectStore(
                        engine, new S3View(CallPolicy.DEFAULT, WriteGate.ALWAYS_OPEN, StoreQuirks.NONE)));
    }

    @Override
    public Future<PutResult> put(String key, Body body, PutOptions options) {
        return write("put", key, body.length(), call -> {
            if (body instanceof Body.Bytes || (body instanceof Body.FileRange && fitsOneRequest(body, options))) {
                return puts.put(call, view.quirks(), key, body, options);
            }
            if (body instanceof Body.Stream stream && fitsOneRequest(body, options)) {
                return new S3Spool(engine)
                        .put(stream, key, spooled -> puts.put(call, view.quirks(), key, spooled, options));
            }
            return multipart.put(call, view.quirks(), key, body, options);
        });
    }

    /** Large bodies go in parts, unless the condition would be ignored there. */
    private boolean fitsOneRequest(Body body, PutOptions options) {
        return body.length() <= engine.settings().multipartAbove()
                || (options.condition().isConditional() && !view.quirks().conditionalMultipart());
    }

    @Override
    public Future<PutResult> putInParts(String key, Body body, PutOptions options) {
        return write("put", key, body.length(), call -> multipart.put(call, view.quirks(), key, body, options));
    }

    @Override
    public Future<PutResult> copy(String from, String to, Condition condition) {
        return write("copy", to, 0, call -> {
            Keys.check("copy", from);
            return copies.copy(
                    call,
                    view.quirks(),
                    from,
                    to,
                    condition,
                    source -> new S3Spool(engine)
                            .copy(
                                    file -> getToFile(from, Range.all(), file, 0),
                                    file -> puts.put(
                                            call,
                                            view.quirks(),
                                            to,
                                            Body.ofFile(file, 0, source.size()),
                                            new PutOptions(condition, source.metadata()))));
        });
    }

    @Override
    public Future<Void> delete(Collection<String> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture();
        }
        List<String> all = List.copyOf(keys);
        return write("delete", all.get(0), 0, call -> {
            all.forEach(key -> Keys.check("delete", key));
            return deletes.delete(call, view.quirks(), all);
        });
    }

    @Override
    public Future<GetResult> get(String key, Range range) {
        return read("get", key, call -> reads.get(call, Keys.check("get", key), range));
    }

    @Override
    public Future<FileResult> getToFile(String key, Range range, Path file, long offset) {
        return read("get", key, call -> reads.getToFile(call, Keys.check("get", key), range, file, offset));
    }

    @Override
    public Future<Optional<ObjectInfo>> head(String key) {
        return read("head", key, call -> reads.head(call, Keys.check("head", key)));
    }

    @Override
    public Future<ListPage> list(String prefix, String startAfter, int max) {
        return read("list", prefix, call -> reads.list(call, prefix, startAfter, max));
    }

    @Override
    public Future<Boolean> noticesWrongChecksum(String key) {
        return write(
                "put",
                key,
                0,
                call -> puts.putWithWrongChecksum(call, view.quirks(), key, Body.of(Buffer.buffer("probe")))
                        .map(false)
                        .recover(failure -> StoreException.is(failure, StoreError.CORRUPT)
                                ? Future.succeededFuture(true)
                                : Future.failedFuture(failure)));
    }

    private <T> Future<T> read(String operation, String key, Function<S3Call, Future<T>> requests) {
        return guarded(() -> requests.apply(call(operation, key, WriteGate.Ticket.FREE, 0)));
    }

    private <T> Future<T> write(String operation, String key, long bytes, Function<S3Call, Future<T>> requests) {
        return guarded(() -> {
            Keys.check(operation, key);
            return requests.apply(call(operation, key, view.gate().enter(operation, key), bytes));
        });
    }

    private S3Call call(String operation, String key, WriteGate.Ticket ticket, long bytes) {
        return new S3Call(engine, view, operation, key, ticket, bytes);
    }

    private static <T> Future<T> guarded(java.util.function.Supplier<Future<T>> call) {
        try {
            return call.get();
        } catch (StoreException refused) {
            return Future.failedFuture(refused);
        }
    }

    /** Signs with other credentials from now on, in all views; requests that are on their way end with the old ones. */
    public Future<Void> changeCredentials(S3Credentials credentials) {
        return engine.change(credentials);
    }

    @Override
    public S3ObjectStore with(CallPolicy policy) {
        return new S3ObjectStore(engine, view.with(policy));
    }

    @Override
    public S3ObjectStore with(StoreQuirks quirks) {
        return new S3ObjectStore(engine, view.with(quirks));
    }

    @Override
    public S3ObjectStore gatedBy(WriteGate gate) {
        return new S3ObjectStore(engine, view.gatedBy(gate));
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
