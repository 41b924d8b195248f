package io.statemanager.storage.s3;

import static io.statemanager.storage.StoreTests.await;

import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.DirectStore;
import io.statemanager.storage.ResolvingObjectStore;
import io.statemanager.support.FaultProxy;
import io.statemanager.support.FaultProxy.Fault;
import io.statemanager.support.S3Server;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store behind a proxy that spoils chosen requests. */
abstract class S3FaultFixture {
    static final int MIB = 1024 * 1024;

    /** Short enough to wait for, long enough for a loaded machine. */
    static final CallPolicy SHORT = new CallPolicy(Duration.ofSeconds(2), Duration.ofSeconds(30), false);

    /** For requests that are never answered: each costs the whole of this. */
    static final CallPolicy HURRIED = new CallPolicy(Duration.ofMillis(700), Duration.ofSeconds(30), false);

    static Vertx vertx;
    static S3Server server;
    static FaultProxy proxy;
    static S3ObjectStore bare;

    DirectStore store;

    @TempDir
    Path directory;

    /** What can happen to one request, and passes. */
    static Stream<Fault> onTheWay() {
        return Stream.of(
                Fault.ERROR_500,
                Fault.ERROR_503,
                Fault.ERROR_500_AFTER,
                Fault.RESET_BEFORE,
                Fault.RESET_AFTER,
                Fault.HANG_BEFORE,
                Fault.HANG_AFTER);
    }

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        server = S3Server.start();
        proxy = FaultProxy.inFrontOf(server.endpoint());
        bare = await(S3ObjectStore.open(vertx, settings(proxy.endpoint())));
    }

    @AfterAll
    static void stop() {
        await(bare.close());
        proxy.close();
        server.close();
        await(vertx.close());
    }

    @BeforeEach
    void calm() {
        proxy.healthy();
        proxy.forget();
        server.empty();
        store = new ResolvingObjectStore(vertx, bare).with(SHORT);
    }

    /** Waits less for answers where the test knows that they do not come. */
    void hurryIfSilent(Fault fault) {
        if (fault == Fault.HANG_BEFORE || fault == Fault.HANG_AFTER || fault == Fault.STALL_BODY) {
            store = store.with(HURRIED);
        }
    }

    static S3Settings settings(URI endpoint) {
        return S3Settings.of(
                S3Server.BUCKET,
                Optional.of(endpoint),
                S3Settings.AUTO,
                new S3Credentials.Fixed(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Optional.empty()));
    }

    static long uploadsOf(String key) {
        return server.blobs().listMultipartUploads(S3Server.BUCKET).stream()
                .filter(upload -> upload.key().equals(key))
                .count();
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }
}
