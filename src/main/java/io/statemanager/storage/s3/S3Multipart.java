package io.statemanager.storage.s3;

import io.statemanager.storage.Body;
import io.statemanager.storage.Condition;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.PutResult;
import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.storage.StoreQuirks;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Uploads in parts. Nothing is to be seen until the last request, which makes the object and carries the condition; an upload that does
 * not get that far is taken back, as far as the store can be reached.
 */
final class S3Multipart {
    /**
     * When an upload that was taken back is taken back once more. Its parts' connections are dropped before that, but one that had arrived
     * whole may be stored behind the first request to take it back, and S3 says that it stays then until the next.
     */
    private static final List<Duration> ONCE_MORE = List.of(Duration.ofMillis(500), Duration.ofSeconds(5));

    private final S3Settings settings;

    S3Multipart(S3Settings settings) {
        this.settings = settings;
    }

    /** One upload under way. */
    record Upload(String key, String id, PutOptions options, long bytes) {}

    Future<PutResult> put(S3Call call, StoreQuirks quirks, String key, Body body, PutOptions options) {
        S3Parts parts = S3Parts.of(body, settings.partSize(), key);
        return begin(call, key, options, body.length())
                .compose(upload -> new Lanes(call, upload, parts)
                        .all()
                        .compose(done -> complete(call, quirks, upload, done))
                        .recover(failure -> abort(call, upload, failure)))
                .onSuccess(result -> call.sent(body.length()));
    }

    Future<Upload> begin(S3Call call, String key, PutOptions options, long bytes) {
        return call.request(
                Kind.CREATE_UPLOAD,
                S3Call.Effect.REPEATABLE,
                0,
                client -> client.createMultipartUpload(
                        b -> b.bucket(settings.bucket()).key(key).metadata(options.metadata())),
                answer -> new Upload(key, answer.uploadId(), options, bytes));
    }

    private Future<CompletedPart> send(S3Call call, Upload upload, int number, Body part) {
        return call.upload(
                Kind.UPLOAD_PART,
                S3Call.Effect.REPEATABLE,
                part,
                (client, sent) -> client.uploadPart(
                        b -> b.bucket(settings.bucket())
                                .key(upload.key)
                                .uploadId(upload.id)
                                .partNumber(number)
                                .contentLength(part.length())
                                .contentMD5(S3Bodies.contentMd5(upload.key, part)),
                        sent),
                answer -> CompletedPart.builder()
                        .partNumber(number)
                        .eTag(answer.eTag())
                        .build());
    }

    Future<PutResult> complete(S3Call call, StoreQuirks quirks, Upload upload, List<CompletedPart> parts) {
        List<CompletedPart> inOrder = parts.stream()
                .sorted(Comparator.comparing(CompletedPart::partNumber))
                .toList();
        return call.request(
                        Kind.COMPLETE_UPLOAD,
                        S3Puts.effect(upload.options),
                        0,
                        client -> client.completeMultipartUpload(completion(quirks, upload, inOrder)),
                        answer -> new PutResult(S3Answers.etag(answer.eTag()), S3Answers.date(answer)))
                .recover(failure -> completedBefore(call, upload, failure));
    }

    private CompleteMultipartUploadRequest completion(StoreQuirks quirks, Upload upload, List<CompletedPart> parts) {
        CompleteMultipartUploadRequest.Builder request = CompleteMultipartUploadRequest.builder()
                .bucket(settings.bucket())
                .key(upload.key)
                .uploadId(upload.id)
                .multipartUpload(all -> all.parts(parts));
        if (upload.options.condition() instanceof Condition.CreateOnly) {
            request.ifNoneMatch("*");
        } else if (upload.options.condition() instanceof Condition.IfMatch match) {
            request.ifMatch(S3Puts.etag(quirks, match));
        }
        return request.build();
    }

    /** An unconditional completion that is repeated after a lost answer finds no upload any more: the object is there then. */
    private Future<PutResult> completedBefore(S3Call call, Upload upload, Throwable failure) {
        boolean gone = StoreException.is(failure, StoreError.NOT_FOUND);
        if (gone && upload.options.condition().isConditional()) {
            return Future.failedFuture(S3Puts.absentIsUnmatched(failure, upload.options.condition()));
        }
        if (!gone || !((StoreException) failure).ambiguous()) {
            return Future.failedFuture(failure);
        }
        return new S3Reads(settings)
                .head(call, upload.key)
                .compose(found -> found.filter(info ->
                                info.size() == upload.bytes && info.metadata().equals(upload.options.metadata()))
                        .map(info -> Future.succeededFuture(new PutResult(info.etag(), info.date())))
                        .orElseGet(() -> Future.failedFuture(failure)));
    }

    /** Takes the upload back; no gate keeps that in, since it undoes. Waited for, unless the caller must know of its failure at once. */
    <T> Future<T> abort(S3Call call, Upload upload, Throwable failure) {
        Future<Optional<AbortMultipartUploadResponse>> end =
                takeBack(call, upload).onSuccess(done -> takeBackAgain(call, upload, ONCE_MORE.iterator()));
        boolean atOnce =
                StoreException.is(failure, StoreError.GATE_CLOSED) || StoreException.is(failure, StoreError.CLOSED);
        return atOnce ? Future.failedFuture(failure) : end.transform(any -> Future.failedFuture(failure));
    }

    private Future<Optional<AbortMultipartUploadResponse>> takeBack(S3Call call, Upload upload) {
        return call.cleanup()
                .request(
                        Kind.ABORT_UPLOAD,
                        S3Call.Effect.REPEATABLE,
                        0,
                        client -> client.abortMultipartUpload(
                                b -> b.bucket(settings.bucket()).key(upload.key).uploadId(upload.id)),
                        Optional::of);
    }

    /** In the background. Ends early where the store answers that it knows no such upload, which is how it says that nothing is left. */
    private void takeBackAgain(S3Call call, Upload upload, Iterator<Duration> pauses) {
        if (pauses.hasNext()) {
            call.engine()
                    .vertx()
                    .timer(pauses.next().toMillis(), TimeUnit.MILLISECONDS)
                    .compose(v -> takeBack(call, upload))
                    .onSuccess(done -> takeBackAgain(call, upload, pauses));
        }
    }

    /** A few uploads of parts side by side; each takes the next part when it has finished one. */
    private final class Lanes {
        private final S3Call call;
        private final Upload upload;
        private final S3Parts parts;
        private final List<CompletedPart> done = new ArrayList<>();
        private int number;
        private boolean failed;

        Lanes(S3Call call, Upload upload, S3Parts parts) {
            this.call = call;
            this.upload = upload;
            this.parts = parts;
        }

        /** Ends when all lanes have, so that nothing is still being sent when the upload is taken back. */
        Future<List<CompletedPart>> all() {
            List<Future<Void>> lanes =
                    IntStream.range(0, parts.lanes()).mapToObj(i -> lane()).toList();
            return Future.join(lanes).map(done);
        }

        private Future<Void> lane() {
            if (failed) {
                return Future.succeededFuture();
            }
            return parts.next()
                    .compose(part -> part.isEmpty() ? Future.succeededFuture() : sendOne(part.get()))
                    .onFailure(failure -> failed = true);
        }

        private Future<Void> sendOne(Body part) {
            return send(call, upload, ++number, part).compose(stored -> {
                done.add(stored);
                return lane();
            });
        }
    }
}
