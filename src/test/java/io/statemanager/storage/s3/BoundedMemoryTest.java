package io.statemanager.storage.s3;

import static io.statemanager.storage.StoreTests.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.storage.Body;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreTests;
import io.statemanager.support.S3Server;
import io.statemanager.support.VersityGw;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers of much more than fits into memory, by a JVM that has little. */
class BoundedMemoryTest {
    private static final int MIB = 1024 * 1024;
    private static final int SIZE = 128 * MIB;

    @TempDir
    Path directory;

    @Test
    void transfersWhatDoesNotFitIntoMemory() throws Exception {
        try (VersityGw server = VersityGw.start(directory.resolve("objects"))) {
            Path file = fill(directory.resolve("large"));
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-XX:MaxDirectMemorySize=48m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Transfer.class.getName(),
                            server.endpoint().toString(),
                            file.toString())
                    .inheritIO()
                    .start();

            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isZero();
            for (String name : List.of("file.back", "stream.back", "copy.back")) {
                assertThat(Files.mismatch(file, file.resolveSibling(name))).isEqualTo(-1);
            }
        }
    }

    private static Path fill(Path file) throws IOException {
        Random random = new Random(1);
        byte[] block = new byte[MIB];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < SIZE / MIB; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        return file;
    }

    /** Uploads a file as a file and as a stream, copies it, and downloads all three. */
    public static final class Transfer {
        private Transfer() {}

        public static void main(String[] arguments) {
            Vertx vertx = Vertx.vertx();
            S3ObjectStore store = await(S3ObjectStore.open(
                    vertx,
                    S3Settings.of(
                            S3Server.BUCKET,
                            Optional.of(URI.create(arguments[0])),
                            S3Settings.AUTO,
                            new S3Credentials.Fixed(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Optional.empty()))));
            Path file = Path.of(arguments[1]);
            await(store.put(
                    "file", Body.ofFile(file, 0, SIZE), PutOptions.createOnly().withMetadata("a", "b")));
            await(StoreTests.onContext(
                    vertx,
                    () -> vertx.fileSystem()
                            .open(file.toString(), new OpenOptions().setRead(true))
                            .compose(stream -> put(store, stream))));
            await(store.copy("file", "copy", io.statemanager.storage.Condition.createOnly()));
            for (String key : List.of("file", "stream", "copy")) {
                await(store.getToFile(key, Range.all(), file.resolveSibling(key + ".back"), 0));
            }
            System.exit(0);
        }

        private static Future<?> put(S3ObjectStore store, ReadStream<Buffer> stream) {
            return store.put("stream", new Body.Stream(stream, SIZE), PutOptions.createOnly());
        }
    }
}
