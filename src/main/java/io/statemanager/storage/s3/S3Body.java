package io.statemanager.storage.s3;

import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.statemanager.storage.Body;
import io.statemanager.storage.Buffers;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/**
 * What one attempt sends: read piece by piece as the connection takes it, and readable at once for whoever signs it. Nothing of it is held
 * whole beside what the caller gave. A file is read by the SDK's own threads.
 */
class S3Body implements AsyncRequestBody, AutoCloseable {
    private final Body body;
    private final Publisher<ByteBuffer> pieces;

    S3Body(Body body) {
        this.body = body;
        this.pieces = pieces(body);
    }

    private static Publisher<ByteBuffer> pieces(Body body) {
        if (body instanceof Body.Bytes bytes) {
            return new SentBytes(bytes.buffer());
        }
        Body.FileRange range = (Body.FileRange) body;
        if (range.length() == 0) {
            return AsyncRequestBody.empty();
        }
        return AsyncRequestBody.fromFile(file -> file.path(range.file())
                .position(range.offset())
                .numBytesToRead(range.length())
                .chunkSizeInBytes(SentBytes.PIECE));
    }

    @Override
    public Optional<Long> contentLength() {
        return Optional.of(body.length());
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        pieces.subscribe(subscriber);
    }

    /** The same bytes once more, for reading them at once. Blocks where they are in a file. */
    InputStream content() {
        return body instanceof Body.Bytes bytes
                ? new ByteBufInputStream(Unpooled.wrappedBuffer(Buffers.view(bytes.buffer())))
                : new RangeInput((Body.FileRange) body);
    }

    /** The attempt has ended: bytes in memory belong to the caller again. */
    @Override
    public void close() {
        if (pieces instanceof SentBytes bytes) {
            bytes.end();
        }
    }
}
