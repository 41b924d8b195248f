package io.statemanager.storage.s3;

import io.statemanager.storage.Body;
import io.statemanager.storage.Condition;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.PutResult;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.storage.StoreQuirks;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Copies inside the store. A condition on the target is not asked of CopyObject, which few servers honour there: small objects are read
 * and put, larger ones copied as parts of an upload whose completion carries the condition.
 */
final class S3Copies {
    /** Up to here reading and putting takes fewer requests than an upload in parts. */
    private static final long SMALL = 4L * 1024 * 1024;

    /** CopyObject and one part take at most 5 GiB; smaller parts keep the requests short. */
    private static final long PART = 1L << 30;

    private final S3Settings settings;
    private final S3Reads reads;
    private final S3Puts puts;
    private final S3Multipart multipart;

    S3Copies(S3Settings settings, S3Reads reads, S3Puts puts, S3Multipart multipart) {
        this.settings = settings;
        this.reads = reads;
        this.puts = puts;
        this.multipart = multipart;
    }

    /** @param spooled puts a large object by way of a local file, for stores that honour no condition on parts */
    Future<PutResult> copy(
            S3Call call,
            StoreQuirks quirks,
            String from,
            String to,
            Condition condition,
            Function<ObjectInfo, Future<PutResult>> spooled) {
        return reads.head(call, from).compose(source -> {
            if (source.isEmpty()) {
                return Future.failedFuture(
                        new StoreException(StoreError.NOT_FOUND, "copy", from, "there is no such object"));
            }
            ObjectInfo info = source.get();
            if (!condition.isConditional() && info.size() <= PART) {
                return wholly(call, from, to);
            }
            if (info.size() <= SMALL) {
                return byReading(call, quirks, info, to, condition);
            }
            return condition.isConditional() && !quirks.conditionalMultipart()
                    ? spooled.apply(info)
                    : inParts(call, quirks, info, to, condition);
        });
    }

    private Future<PutResult> wholly(S3Call call, String from, String to) {
        return call.request(
                Kind.COPY,
                S3Call.Effect.REPEATABLE,
                0,
                client -> client.copyObject(b -> b.sourceBucket(settings.bucket())
                        .sourceKey(from)
                        .destinationBucket(settings.bucket())
                        .destinationKey(to)),
                answer -> new PutResult(S3Answers.etag(answer.copyObjectResult().eTag()), S3Answers.date(answer)));
    }

    private Future<PutResult> byReading(
            S3Call call, StoreQuirks quirks, ObjectInfo source, String to, Condition condition) {
        return reads.get(call, source.key(), Range.all())
                .compose(read -> puts.put(
                        call,
                        quirks,
                        to,
                        Body.of(read.body()),
                        new PutOptions(condition, read.info().metadata())));
    }

    private Future<PutResult> inParts(
            S3Call call, StoreQuirks quirks, ObjectInfo source, String to, Condition condition) {
        return multipart
                .begin(call, to, new PutOptions(condition, source.metadata()), source.size())
                .compose(upload -> part(call, upload, source, 0, new ArrayList<>())
                        .compose(parts -> multipart.complete(call, quirks, upload, parts))
                        .recover(failure -> multipart.abort(call, upload, failure)));
    }

    private Future<List<CompletedPart>> part(
            S3Call call, S3Multipart.Upload upload, ObjectInfo source, long offset, List<CompletedPart> done) {
        if (offset >= source.size()) {
            return Future.succeededFuture(done);
        }
        long length = Math.min(PART, source.size() - offset);
        int number = done.size() + 1;
        return call.request(
                        Kind.COPY,
                        S3Call.Effect.REPEATABLE,
                        length,
                        client -> client.uploadPartCopy(b -> b.sourceBucket(settings.bucket())
                                .sourceKey(source.key())
                                .destinationBucket(settings.bucket())
                                .destinationKey(upload.key())
                                .uploadId(upload.id())
                                .partNumber(number)
                                .copySourceRange("bytes=" + offset + "-" + (offset + length - 1))),
                        answer -> CompletedPart.builder()
                                .partNumber(number)
                                .eTag(answer.copyPartResult().eTag())
                                .build())
                .compose(stored -> {
                    done.add(stored);
                    return part(call, upload, source, offset + length, done);
                });
    }
}
