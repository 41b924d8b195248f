package io.statemanager.storage.s3;

import io.statemanager.storage.Body;
import io.statemanager.storage.Buffers;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.storage.StreamChunks;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * Keeps a body in a temporary file for as long as it is being sent: what must go in one request, and would not fit into memory or could
 * not be read again.
 */
final class S3Spool {
    private static final int CHUNK = 1024 * 1024;

    private final S3Engine engine;

    S3Spool(S3Engine engine) {
        this.engine = engine;
    }

    /** Streams of up to one chunk's size do not touch the disk. */
    <T> Future<T> put(Body.Stream stream, String key, Function<Body, Future<T>> send) {
        StreamChunks chunks = new StreamChunks(stream, CHUNK, key);
        if (stream.length() <= CHUNK) {
            return chunks.next()
                    .compose(only -> send.apply(only.<Body>map(Body::of).orElseGet(() -> Body.of(new byte[0]))));
        }
        return temporary(file -> append(chunks, file).compose(v -> send.apply(Body.ofFile(file, 0, stream.length()))));
    }

    /** Fetches into a file and sends from there. */
    <T> Future<T> copy(Function<Path, Future<?>> fetch, Function<Path, Future<T>> send) {
        return temporary(file -> fetch.apply(file).compose(v -> send.apply(file)));
    }

    private <T> Future<T> temporary(Function<Path, Future<T>> use) {
        return blocking(() -> Files.createTempFile("state-manager-", ".part"))
                .compose(file -> use.apply(file).eventually(() -> blocking(() -> Files.deleteIfExists(file))));
    }

    private Future<Void> append(StreamChunks chunks, Path file) {
        return chunks.next()
                .compose(chunk -> chunk.isEmpty()
                        ? Future.succeededFuture()
                        : blocking(() -> write(file, Buffers.view(chunk.get()))).compose(v -> append(chunks, file)));
    }

    private static Path write(Path file, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        return file;
    }

    private <T> Future<T> blocking(Callable<T> task) {
        return engine.onWorker(task)
                .recover(failure -> Future.failedFuture(
                        failure instanceof StoreException
                                ? failure
                                : new StoreException(
                                        StoreError.LOCAL_IO,
                                        "put",
                                        "",
                                        "the temporary directory cannot be used: " + failure.getMessage(),
                                        "check java.io.tmpdir",
                                        false,
                                        failure)));
    }
}
