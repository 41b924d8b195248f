package io.statemanager.storage;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.Optional;

/**
 * Cuts a stream of known length into buffers of one size, each read only when it is asked for, so that no more than one chunk (and what
 * the stream itself has ready) is in memory. Confined to the stream's context.
 */
public final class StreamChunks {
    private final ReadStream<Buffer> stream;
    private final long length;
    private final int chunkSize;
    private final StoreException wrongLength;
    private Buffer collected = Buffer.buffer();
    private long seen;
    private boolean ended;
    private Throwable failure;
    private Promise<Optional<Buffer>> asked;

    /** Takes the stream over; it is paused until the first chunk is asked for. */
    public StreamChunks(Body.Stream body, int chunkSize, String key) {
        this.stream = body.stream();
        this.length = body.length();
        this.chunkSize = chunkSize;
        this.wrongLength = new StoreException(
                StoreError.UNEXPECTED,
                "put",
                key,
                "the body's stream has not the " + length + " bytes that were announced");
        stream.pause();
        stream.exceptionHandler(cause -> finish(new StoreException(
                StoreError.UNEXPECTED,
                "put",
                key,
                "the body's stream failed: " + cause.getMessage(),
                "",
                false,
                cause)));
        stream.endHandler(end -> finish(seen == length ? null : wrongLength));
        stream.handler(this::take);
    }

    /** The next chunk, full but for the last one; empty after that. One at a time. */
    public Future<Optional<Buffer>> next() {
        asked = Promise.promise();
        Future<Optional<Buffer>> answer = asked.future();
        if (!deliver()) {
            stream.fetch(1);
        }
        return answer;
    }

    private void take(Buffer part) {
        seen += part.length();
        if (seen > length) {
            stream.pause();
            finish(wrongLength);
            return;
        }
        collected.appendBuffer(part);
        if (asked != null && !deliver()) {
            stream.fetch(1);
        }
    }

    private void finish(StoreException why) {
        if (!ended) {
            ended = true;
            failure = why;
            if (asked != null) {
                deliver();
            }
        }
    }

    private boolean deliver() {
        if (failure == null && collected.length() < chunkSize && !ended) {
            return false;
        }
        Promise<Optional<Buffer>> waiting = asked;
        asked = null;
        if (failure != null) {
            waiting.fail(failure);
        } else if (collected.length() == 0) {
            waiting.complete(Optional.empty());
        } else {
            waiting.complete(Optional.of(cut()));
        }
        return true;
    }

    private Buffer cut() {
        Buffer whole = collected;
        int size = Math.min(chunkSize, whole.length());
        collected = size == whole.length() ? Buffer.buffer() : whole.getBuffer(size, whole.length());
        return whole.slice(0, size);
    }
}
