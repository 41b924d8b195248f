package io.statemanager.storage.s3;

import io.statemanager.storage.Buffers;
import io.statemanager.storage.Digests;
import io.statemanager.storage.FileResult;
import io.statemanager.storage.GetResult;
import io.statemanager.storage.Keys;
import io.statemanager.storage.ListPage;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongConsumer;
import software.amazon.awssdk.core.FileTransformerConfiguration;
import software.amazon.awssdk.core.FileTransformerConfiguration.FailureBehavior;
import software.amazon.awssdk.core.FileTransformerConfiguration.FileWriteOption;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The requests that change nothing. */
final class S3Reads {
    private final S3Settings settings;

    S3Reads(S3Settings settings) {
        this.settings = settings;
    }

    Future<GetResult> get(S3Call call, String key, Range range) {
        GetObjectRequest request = request(key, range);
        return call.download(
                        (client, size) -> client.getObject(request, new BoundedBytes(key, size)),
                        (BoundedBytes.Received received) -> checked(key, range, received))
                .onSuccess(result -> call.received(result.body().length()));
    }

    private static GetResult checked(String key, Range range, BoundedBytes.Received received) {
        long size = S3Ranges.size(key, range, received.head());
        ObjectInfo info = S3Answers.info(key, received.head(), size);
        String hash = info.metadata().get(PutOptions.SHA256);
        if (range instanceof Range.All && hash != null) {
            MessageDigest digest = Digests.sha256();
            digest.update(Buffers.view(received.body()));
            if (!hash.equals(Digests.hex(digest))) {
                throw new StoreException(
                        StoreError.CORRUPT, "get", key, "its content does not have the hash that it was stored with");
            }
        }
        return new GetResult(received.body(), info);
    }

    Future<FileResult> getToFile(S3Call call, String key, Range range, Path file, long offset) {
        GetObjectRequest request = request(key, range);
        return call.download(
                        (client, size) -> toFile(client, request, file, offset, size),
                        head -> new FileResult(
                                head.contentLength(), S3Answers.info(key, head, S3Ranges.size(key, range, head))))
                .onSuccess(result -> call.received(result.bytes()));
    }

    private static CompletableFuture<GetObjectResponse> toFile(
            S3AsyncClient client, GetObjectRequest request, Path file, long offset, LongConsumer size) {
        try {
            Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .close();
        } catch (IOException e) {
            throw new StoreException(
                    StoreError.LOCAL_IO,
                    "get",
                    request.key(),
                    "cannot write " + file + ": " + e.getMessage(),
                    "",
                    false,
                    e);
        }
        FileTransformerConfiguration intoFile = FileTransformerConfiguration.builder()
                .fileWriteOption(FileWriteOption.WRITE_TO_POSITION)
                .position(offset)
                .failureBehavior(FailureBehavior.LEAVE)
                .build();
        return client.getObject(request, new Announced<>(AsyncResponseTransformer.toFile(file, intoFile), size));
    }

    /** Tells how large the answer is before its body is taken. */
    private record Announced<T>(AsyncResponseTransformer<GetObjectResponse, T> body, LongConsumer size)
            implements AsyncResponseTransformer<GetObjectResponse, T> {
        @Override
        public CompletableFuture<T> prepare() {
            return body.prepare();
        }

        @Override
        public void onResponse(GetObjectResponse response) {
            size.accept(response.contentLength() == null ? 0 : response.contentLength());
            body.onResponse(response);
        }

        @Override
        public void onStream(SdkPublisher<ByteBuffer> publisher) {
            body.onStream(publisher);
        }

        @Override
        public void exceptionOccurred(Throwable error) {
            body.exceptionOccurred(error);
        }
    }

    private GetObjectRequest request(String key, Range range) {
        return GetObjectRequest.builder()
                .bucket(settings.bucket())
                .key(key)
                .range(S3Ranges.header(range))
                .build();
    }

    Future<Optional<ObjectInfo>> head(S3Call call, String key) {
        return call.request(
                        Kind.HEAD,
                        S3Call.Effect.REPEATABLE,
                        0,
                        client -> client.headObject(
                                b -> b.bucket(settings.bucket()).key(key)),
                        answer -> Optional.of(S3Answers.info(key, answer)))
                .recover(failure -> StoreException.is(failure, StoreError.NOT_FOUND)
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure));
    }

    Future<ListPage> list(S3Call call, String prefix, String startAfter, int max) {
        return page(call, prefix, startAfter, max, null).map(S3Reads::page);
    }

    /** Asks on where a server answers an empty page and says that there is more. */
    private Future<ListObjectsV2Response> page(S3Call call, String prefix, String startAfter, int max, String token) {
        return call.request(
                        Kind.LIST,
                        S3Call.Effect.REPEATABLE,
                        0,
                        client -> client.listObjectsV2(b -> b.bucket(settings.bucket())
                                .prefix(prefix.isEmpty() ? null : prefix)
                                .startAfter(startAfter.isEmpty() || token != null ? null : startAfter)
                                .continuationToken(token)
                                .encodingType(EncodingType.URL)
                                .maxKeys(max)),
                        Function.identity())
                .compose(answer -> answer.contents().isEmpty() && truncated(answer)
                        ? page(call, prefix, startAfter, max, answer.nextContinuationToken())
                        : Future.succeededFuture(answer));
    }

    private static boolean truncated(ListObjectsV2Response answer) {
        return Boolean.TRUE.equals(answer.isTruncated());
    }

    /** Keys that none of us could have written (markers of folders that consoles make) are left out. */
    private static ListPage page(ListObjectsV2Response answer) {
        Instant date = S3Answers.date(answer);
        List<ObjectInfo> objects = answer.contents().stream()
                .filter(object -> Keys.isValid(object.key()))
                .map(object -> info(object, date))
                .toList();
        Optional<String> next = truncated(answer)
                ? Optional.of(
                        answer.contents().get(answer.contents().size() - 1).key())
                : Optional.empty();
        return new ListPage(objects, next, date);
    }

    private static ObjectInfo info(S3Object object, Instant date) {
        return new ObjectInfo(
                object.key(), object.size(), S3Answers.etag(object.eTag()), object.lastModified(), Map.of(), date);
    }
}
