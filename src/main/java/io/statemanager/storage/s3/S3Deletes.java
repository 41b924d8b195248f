package io.statemanager.storage.s3;

import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.storage.StoreQuirks;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Removes objects, a thousand in one request, or one by one where the store has no such request. */
final class S3Deletes {
    private static final int BATCH = 1000;
    private static final int LANES = 8;

    private final S3Settings settings;

    S3Deletes(S3Settings settings) {
        this.settings = settings;
    }

    Future<Void> delete(S3Call call, StoreQuirks quirks, List<String> keys) {
        if (keys.size() <= 1 || !quirks.batchDelete()) {
            Deque<String> left = new ArrayDeque<>(keys);
            return Future.join(IntStream.range(0, Math.min(LANES, keys.size()))
                            .mapToObj(i -> oneByOne(call, left))
                            .toList())
                    .mapEmpty();
        }
        return batches(call, keys, 0);
    }

    private Future<Void> oneByOne(S3Call call, Deque<String> left) {
        String key = left.poll();
        return key == null ? Future.succeededFuture() : one(call, key).compose(v -> oneByOne(call, left));
    }

    private Future<Void> one(S3Call call, String key) {
        return call.request(
                        Kind.DELETE,
                        S3Call.Effect.REPEATABLE,
                        0,
                        client -> client.deleteObject(
                                b -> b.bucket(settings.bucket()).key(key)),
                        answer -> true)
                .recover(failure -> StoreException.is(failure, StoreError.NOT_FOUND)
                        ? Future.succeededFuture(true)
                        : Future.failedFuture(failure))
                .mapEmpty();
    }

    private Future<Void> batches(S3Call call, List<String> keys, int from) {
        if (from >= keys.size()) {
            return Future.succeededFuture();
        }
        int to = Math.min(keys.size(), from + BATCH);
        return batch(call, keys.subList(from, to)).compose(v -> batches(call, keys, to));
    }

    private Future<Void> batch(S3Call call, List<String> keys) {
        Delete these = Delete.builder()
                .quiet(true)
                .objects(keys.stream()
                        .map(key -> ObjectIdentifier.builder().key(key).build())
                        .toList())
                .build();
        return call.request(
                        Kind.DELETE,
                        S3Call.Effect.REPEATABLE,
                        0,
                        client -> client.deleteObjects(
                                b -> b.bucket(settings.bucket()).delete(these)),
                        S3Deletes::checked)
                .mapEmpty();
    }

    /** The answer is 200 although single keys may have failed. */
    private static boolean checked(DeleteObjectsResponse answer) {
        for (S3Error error : answer.errors()) {
            String code = error.code() == null ? "" : error.code();
            StoreError kind = switch (code) {
                case "NoSuchKey" -> StoreError.NOT_FOUND;
                case "AccessDenied" -> StoreError.DENIED;
                case "SlowDown", "ServiceUnavailable" -> StoreError.THROTTLED;
                case "OperationAborted" -> StoreError.CONFLICT;
                case "InternalError" -> StoreError.SERVER_ERROR;
                default -> StoreError.UNEXPECTED;
            };
            if (kind != StoreError.NOT_FOUND) {
                throw new StoreException(
                        kind,
                        "delete",
                        error.key() == null ? "" : error.key(),
                        answer.errors().size() == 1
                                ? "it was not deleted because of " + code
                                : answer.errors().size() + " objects were not deleted, this one because of " + code);
            }
        }
        return true;
    }
}
