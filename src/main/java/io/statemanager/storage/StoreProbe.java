package io.statemanager.storage;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Tries out a store before it is trusted: whether it answers and may be written to, whether its conditional writes are what ownership
 * rests on, and what it does differently without harm.
 *
 * <ol>
 *   <li>create-only succeeds once, and the object is read and listed with its metadata at once;
 *   <li>create-only does not succeed twice;
 *   <li>If-Match succeeds with the current ETag, in quotes or else without;
 *   <li>it succeeds neither with a former one nor where there is no object;
 *   <li>of eight writers at once that mean the same version one wins;
 *   <li>create-only is refused where an upload in parts completes, or else such uploads are not used under conditions;
 *   <li>checksums are looked at, many objects are deleted at once, answers have a date, or else it is worked around and told.
 * </ol>
 *
 * <p>It writes below {@code <name>/probe/<random>/} only and removes that again, together with what a probe that was killed has left an
 * hour before. A store that fails is told by its kind; a failure that may pass counts as not reachable.
 */
public final class StoreProbe {
    private static final CallPolicy PATIENCE = new CallPolicy(Duration.ofSeconds(10), Duration.ofSeconds(20), true);
    private static final CallPolicy FIRST = new CallPolicy(Duration.ofSeconds(8), Duration.ofSeconds(8), true);
    private static final int RACERS = 8;
    private static final Duration STALE = Duration.ofHours(1);

    private final String all;
    private final String folder;
    private final List<String> warnings = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private final Vertx vertx;
    private ProbeableStore store;
    private boolean wrote;
    private StoreQuirks quirks = StoreQuirks.NONE;

    /**
     * What was found.
     *
     * @param warnings in sentences, for status and log
     */
    public record Finding(StoreQuirks quirks, List<String> warnings) {
        public Finding {
            warnings = List.copyOf(warnings);
        }
    }

    private StoreProbe(Vertx vertx, ProbeableStore store, String below) {
        this.vertx = vertx;
        this.store = store.with(PATIENCE);
        this.all = below + "/probe/";
        this.folder = all + UUID.randomUUID() + "/";
    }

    /**
     * @param below the folder of the environment, with the key prefix, without a slash at the end
     * @return fails with a {@link StoreException}: {@link StoreError#CANNOT_FENCE}, or why the store cannot be used at all
     */
    public static Future<Finding> run(Vertx vertx, ProbeableStore store, String below) {
        StoreProbe probe = new StoreProbe(vertx, store, below);
        return probe.steps()
                .transform(result -> probe.cleanUp()
                        .transform(cleaned -> result.succeeded()
                                ? probe.found(cleaned.cause())
                                : Future.failedFuture(plainly(result.cause()))));
    }

    private Future<Void> steps() {
        return reach().compose(v -> createOnly())
                .compose(this::swap)
                .compose(this::race)
                .compose(v -> conditionOnParts())
                .compose(v -> checksum());
    }

    private Future<Finding> found(Throwable cleaning) {
        return cleaning == null
                ? Future.succeededFuture(new Finding(quirks, warnings))
                : Future.failedFuture(plainly(cleaning));
    }

    private static Throwable plainly(Throwable failure) {
        boolean passing = failure instanceof StoreException e && e.retryable();
        if (!passing) {
            return failure;
        }
        StoreException e = (StoreException) failure;
        String hint = e.hint().isEmpty() ? "check the endpoint and that the store runs" : e.hint();
        return new StoreException(StoreError.UNREACHABLE, "probe", "", e.reason(), hint, false, e);
    }

    // ---- the steps ----

    /** Fails soon where nobody answers, or the bucket or the right to read it is missing; the writes below are more patient. */
    private Future<?> reach() {
        return store.with(FIRST).list(folder, "", 1);
    }

    private Future<PutResult> createOnly() {
        String key = key("create");
        PutOptions first = PutOptions.createOnly().withNonce("first");
        return sure(key, "first", first)
                .recover(failure -> Future.failedFuture(unknownCondition(failure)))
                .compose(put -> ProbeDemands.mustFail(
                                () -> store.put(key, body("second"), PutOptions.createOnly()),
                                "it lets an object be created that is there already (If-None-Match: * is ignored)")
                        .compose(v -> store.get(key, Range.all()))
                        .compose(got -> check(got, put))
                        .compose(v -> store.list(folder, "", 10))
                        .compose(page -> ProbeDemands.require(
                                page.objects().stream()
                                        .anyMatch(info -> info.key().equals(key)),
                                "it does not list an object that it has just stored"))
                        .map(put));
    }

    private static Throwable unknownCondition(Throwable failure) {
        return StoreException.is(failure, StoreError.UNSUPPORTED)
                ? ProbeDemands.cannotFence("it does not know conditional writes (If-None-Match)")
                : failure;
    }

    private Future<Void> check(GetResult got, PutResult put) {
        boolean same = got.body().toString(StandardCharsets.UTF_8).equals("first")
                && got.info().etag().equals(put.etag());
        if (put.date().equals(ObjectInfo.NO_DATE)) {
            warnings.add("the store's answers carry no Date: each write waits for a renewal of the lease");
        }
        return ProbeDemands.require(same, "it does not give back what it has just stored")
                .compose(v -> ProbeDemands.require(
                        "first".equals(got.info().metadata().get(PutOptions.NONCE)),
                        "it does not keep metadata (x-amz-meta-…) with an object"));
    }

    private Future<PutResult> swap(PutResult first) {
        String key = key("create");
        return sure(key, "third", PutOptions.ifMatch(first.etag()).withNonce("third"))
                .recover(failure -> StoreException.is(failure, StoreError.PRECONDITION_FAILED)
                        ? withoutQuotes(key, first)
                        : Future.failedFuture(failure))
                .compose(second -> ProbeDemands.mustFail(
                                () -> store.put(key, body("fourth"), PutOptions.ifMatch(first.etag())),
                                "it replaces a version that was not the one meant (If-Match is ignored)")
                        .compose(v -> ProbeDemands.mustFail(
                                () -> store.put(key("absent"), body("x"), PutOptions.ifMatch(second.etag())),
                                "it creates an object where a version of it was to be replaced (If-Match is ignored)"))
                        .map(second));
    }

    private Future<PutResult> withoutQuotes(String key, PutResult first) {
        use(quirks.withQuotedEtags(false));
        return sure(key, "third", PutOptions.ifMatch(first.etag()).withNonce("third"))
                .recover(failure -> Future.failedFuture(
                        StoreException.is(failure, StoreError.PRECONDITION_FAILED)
                                ? ProbeDemands.cannotFence(
                                        "it refuses to replace the very version that was meant (If-Match)")
                                : failure));
    }

    private Future<Void> race(PutResult start) {
        String key = key("create");
        List<Future<PutResult>> racers = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            racers.add(store.put(
                    key, body("racer " + i), PutOptions.ifMatch(start.etag()).withNonce("racer-" + i)));
        }
        return Future.join(racers).transform(ended -> {
            List<Future<PutResult>> won =
                    racers.stream().filter(Future::succeeded).toList();
            // Who heard nothing may have won; that is not the store's fault.
            boolean unclear = racers.stream()
                    .anyMatch(racer -> racer.failed() && racer.cause() instanceof StoreException e && e.ambiguous());
            if (won.size() > 1 || (won.isEmpty() && !unclear)) {
                return Future.failedFuture(
                        ProbeDemands.cannotFence("of " + RACERS + " writers that meant the same version " + won.size()
                                + " succeeded (If-Match is not one step)"));
            }
            return Future.succeededFuture();
        });
    }

    private Future<Void> conditionOnParts() {
        String key = key("create");
        return ProbeDemands.refused(() -> store.putInParts(key, body("parts"), PutOptions.createOnly()), "", 3)
                .map(true)
                .recover(failure -> StoreException.is(failure, StoreError.CANNOT_FENCE)
                                || StoreException.is(failure, StoreError.UNSUPPORTED)
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(failure))
                .map(honoured -> {
                    if (!honoured) {
                        use(quirks.withConditionalMultipart(false));
                        warnings.add("the store honours no condition where an upload in parts completes:"
                                + " conditional writes go up in one request of at most 5 GiB");
                    }
                    return null;
                });
    }

    private Future<Void> checksum() {
        return store.noticesWrongChecksum(key("checksum")).map(noticed -> {
            if (!noticed) {
                warnings.add(
                        "the store does not look at checksums (Content-MD5): damage on the way is found only when read");
            }
            return null;
        });
    }

    // ---- cleaning ----

    private Future<Void> cleanUp() {
        if (!wrote) {
            return Future.succeededFuture();
        }
        return delete(written)
                .recover(failure -> StoreException.is(failure, StoreError.DENIED)
                                || (failure instanceof StoreException e && e.retryable())
                        ? Future.failedFuture(failure)
                        : oneByOne(failure))
                .compose(v -> removeStale());
    }

    private Future<Void> oneByOne(Throwable failure) {
        if (!quirks.batchDelete()) {
            return Future.failedFuture(failure);
        }
        use(quirks.withBatchDelete(false));
        return delete(written);
    }

    private Future<Void> delete(List<String> keys) {
        return store.delete(List.copyOf(keys));
    }

    private Future<Void> removeStale() {
        return store.list(all, "", 100)
                .compose(page -> delete(page.objects().stream()
                        .filter(info -> info.age().compareTo(STALE) > 0)
                        .map(ObjectInfo::key)
                        .toList()));
    }

    // ---- helpers ----

    private void use(StoreQuirks found) {
        quirks = found;
        store = store.with(found);
    }

    private String key(String name) {
        String key = folder + name;
        if (!written.contains(key)) {
            written.add(key);
        }
        return key;
    }

    private static Body body(String text) {
        return Body.of(Buffer.buffer(text));
    }

    /** A write that should succeed: one whose answer is lost on the way is not the store's fault. */
    private Future<PutResult> sure(String key, String content, PutOptions options) {
        return new ResolvingObjectStore(vertx, store)
                .put(key, body(content), options)
                .onSuccess(put -> wrote = true);
    }
}
