package io.statemanager.checkpoint.commit;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.storage.Body;
import io.statemanager.storage.GetResult;
import io.statemanager.storage.Listing;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The commits of one environment in the store. What {@link #create} reports is final: the store resends a write whose answer was lost
 * and knows its own again by the nonce. Blocking; safe for several threads.
 */
public final class CommitStore {
    private static final String SUFFIX = ".json";
    private static final int PARALLEL = 16;

    /** Begins with a dot, as no checkpoint's id does. */
    private static final String NUMBERS = ".numbers";

    private final ObjectStore store;
    private final String prefix;

    /** {@code store}: gated, so that what succeeds counts as ours. */
    public CommitStore(ObjectStore store, String environment) {
        this.store = store;
        this.prefix = environment + "/checkpoints/";
    }

    /** All commits, in no order. A document that this program does not understand is an error that names it. */
    public List<CommitDocument> list() {
        List<String> keys = new ArrayList<>();
        Blocking.await(Listing.each(store, prefix, object -> addKey(object, keys)));
        List<CommitDocument> commits = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += PARALLEL) {
            List<Future<Optional<CommitDocument>>> reading = new ArrayList<>();
            for (String key : keys.subList(from, Math.min(keys.size(), from + PARALLEL))) {
                reading.add(read(key));
            }
            reading.forEach(one -> Blocking.await(one).ifPresent(commits::add));
        }
        return commits;
    }

    private void addKey(ObjectInfo object, List<String> keys) {
        String name = object.key().substring(prefix.length());
        if (name.endsWith(SUFFIX) && CheckpointIds.isValid(name.substring(0, name.length() - SUFFIX.length()))) {
            keys.add(object.key());
        }
    }

    /** The commit that an id has in the store now. */
    public Optional<CommitDocument> find(String id) {
        return Blocking.await(read(key(id)));
    }

    private Future<Optional<CommitDocument>> read(String key) {
        return store.get(key, Range.all())
                .map(got -> Optional.of(parse(key, got)))
                .recover(failure -> StoreException.is(failure, StoreError.NOT_FOUND)
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure));
    }

    private CommitDocument parse(String key, GetResult got) {
        CommitDocument commit = Json.bind(
                Json.parse(got.body().getBytes(), FailureCode.REPOSITORY_DAMAGED),
                CommitDocument.class,
                FailureCode.REPOSITORY_DAMAGED);
        if (commit.format() != CommitDocument.FORMAT || !key.equals(key(commit.id()))) {
            throw CommandException.of(
                    FailureCode.REPOSITORY_DAMAGED,
                    key + " has format " + commit.format() + " and id " + commit.id() + "; this program knows format "
                            + CommitDocument.FORMAT);
        }
        return commit;
    }

    /**
     * Creates it. False where the id is taken by another one.
     *
     * <p>A failure of the store that is {@linkplain StoreException#ambiguous() ambiguous} leaves open whether it is there.
     */
    public Future<Boolean> create(CommitDocument commit) {
        return store.put(
                        key(commit.id()),
                        Body.of(Json.document(commit)),
                        PutOptions.createOnly().withNonce(commit.nonce() + "-" + commit.seq()))
                .map(true)
                .recover(failure -> StoreException.is(failure, StoreError.PRECONDITION_FAILED)
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(failure));
    }

    public void delete(String id) {
        Blocking.await(store.delete(List.of(key(id))));
    }

    private String key(String id) {
        return prefix + id + SUFFIX;
    }

    /** The highest number that is remembered beside the commits. */
    public long rememberedNumber() {
        try {
            return Blocking.await(store.get(prefix + NUMBERS + SUFFIX, Range.all())
                    .map(got -> parseNumber(got.body().getBytes())));
        } catch (StoreException e) {
            if (e.error() == StoreError.NOT_FOUND) {
                return 0;
            }
            throw e;
        }
    }

    private static long parseNumber(byte[] bytes) {
        return Json.bind(
                        Json.parse(bytes, FailureCode.REPOSITORY_DAMAGED),
                        Numbers.class,
                        FailureCode.REPOSITORY_DAMAGED)
                .highest();
    }

    /** Keeps a number in mind for when the commit that holds it is deleted. */
    public void rememberNumber(long highest) {
        Blocking.await(store.put(
                prefix + NUMBERS + SUFFIX,
                Body.of(Json.document(new Numbers(CommitDocument.FORMAT, highest))),
                PutOptions.overwrite()));
    }

    private record Numbers(int format, long highest) {}
}
