package io.statemanager.storage.s3;

import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Collects an answer's body in memory, but refuses one that is too large before any of it is taken. Used by one request; called on the
 * HTTP client's threads, one at a time.
 */
final class BoundedBytes implements AsyncResponseTransformer<GetObjectResponse, BoundedBytes.Received> {
    private final String key;
    private final CompletableFuture<Received> result = new CompletableFuture<>();
    private final LongConsumer size;
    private GetObjectResponse head;

    record Received(GetObjectResponse head, Buffer body) {}

    /** @param size is told how much will arrive */
    BoundedBytes(String key, LongConsumer size) {
        this.key = key;
        this.size = size;
    }

    @Override
    public CompletableFuture<Received> prepare() {
        return result;
    }

    @Override
    public void onResponse(GetObjectResponse response) {
        head = response;
    }

    @Override
    public void exceptionOccurred(Throwable error) {
        result.completeExceptionally(error);
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> publisher) {
        Long announced = head.contentLength();
        long length = announced == null ? 0 : announced;
        if (length > ObjectStore.MAX_BUFFER) {
            publisher.subscribe(new Refuse());
            result.completeExceptionally(new StoreException(
                    StoreError.TOO_LARGE,
                    "get",
                    key,
                    length + " bytes are more than fit into memory (" + ObjectStore.MAX_BUFFER + ")"));
            return;
        }
        size.accept(length);
        publisher.subscribe(new Collect((int) length, announced != null));
    }

    private final class Collect implements Subscriber<ByteBuffer> {
        private final Buffer body;
        private final long expected;
        private final boolean known;
        private Subscription subscription;

        Collect(int length, boolean known) {
            this.body = Buffer.buffer(length);
            this.expected = length;
            this.known = known;
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
            s.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer part) {
            if (body.length() + (long) part.remaining() > ObjectStore.MAX_BUFFER) {
                subscription.cancel();
                onError(new StoreException(StoreError.TOO_LARGE, "get", key, "more bytes than fit into memory"));
                return;
            }
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            body.appendBytes(bytes);
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            if (known && body.length() != expected) {
                onError(new StoreException(
                        StoreError.CORRUPT, "get", key, body.length() + " of " + expected + " bytes arrived"));
            } else {
                result.complete(new Received(head, body));
            }
        }
    }

    /** Takes nothing, so that the connection is dropped instead of drained. */
    private static final class Refuse implements Subscriber<ByteBuffer> {
        @Override
        public void onSubscribe(Subscription s) {
            s.cancel();
        }

        @Override
        public void onNext(ByteBuffer part) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }
}
