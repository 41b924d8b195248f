package io.statemanager.storage.s3;

import io.statemanager.storage.Body;
import io.statemanager.storage.StreamChunks;
import io.vertx.core.Future;
import java.util.Optional;

/** Where the parts of a multipart upload come from, in order. */
interface S3Parts {
    int MAX_PARTS = 10_000;

    /** The next part; empty after the last one. The next is asked for only when this one is there. */
    Future<Optional<Body>> next();

    /** How many parts may be under way at a time: what is in memory goes up one by one. */
    int lanes();

    static S3Parts of(Body body, int partSize, String key) {
        int size =
                (int) Math.min(Integer.MAX_VALUE - 16, Math.max(partSize, (body.length() + MAX_PARTS - 1) / MAX_PARTS));
        if (body instanceof Body.FileRange range) {
            return new OfFile(range, size);
        }
        return body instanceof Body.Stream stream
                ? new OfStream(new StreamChunks(stream, size, key))
                : new OfBytes((Body.Bytes) body);
    }

    /** Ranges of the file. An empty one is one empty part. */
    final class OfFile implements S3Parts {
        private final Body.FileRange whole;
        private final int size;
        private long given = -1;

        OfFile(Body.FileRange whole, int size) {
            this.whole = whole;
            this.size = size;
        }

        @Override
        public Future<Optional<Body>> next() {
            long from = Math.max(given, 0);
            if (given >= whole.length()) {
                return Future.succeededFuture(Optional.empty());
            }
            long length = Math.min(size, whole.length() - from);
            given = from + length;
            return Future.succeededFuture(Optional.of(Body.ofFile(whole.file(), whole.offset() + from, length)));
        }

        @Override
        public int lanes() {
            return 4;
        }
    }

    /** What is in memory is one part. */
    final class OfBytes implements S3Parts {
        private Body.Bytes left;

        OfBytes(Body.Bytes whole) {
            this.left = whole;
        }

        @Override
        public Future<Optional<Body>> next() {
            Body part = left;
            left = null;
            return Future.succeededFuture(Optional.ofNullable(part));
        }

        @Override
        public int lanes() {
            return 1;
        }
    }

    /** Chunks of the stream, each read when the one before it has been stored. */
    final class OfStream implements S3Parts {
        private final StreamChunks chunks;

        OfStream(StreamChunks chunks) {
            this.chunks = chunks;
        }

        @Override
        public Future<Optional<Body>> next() {
            return chunks.next().map(chunk -> chunk.map(Body::of));
        }

        @Override
        public int lanes() {
            return 1;
        }
    }
}
