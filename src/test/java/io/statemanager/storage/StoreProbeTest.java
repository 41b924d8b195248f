package io.statemanager.storage;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.bus.FailureCode;
import io.statemanager.storage.local.LocalObjectStore;
import io.statemanager.storage.s3.S3Credentials;
import io.statemanager.storage.s3.S3ObjectStore;
import io.statemanager.storage.s3.S3Settings;
import io.statemanager.support.FaultProxy;
import io.statemanager.support.FaultProxy.Fault;
import io.statemanager.support.S3Server;
import io.vertx.core.Vertx;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

class StoreProbeTest {
    private final Vertx vertx = Vertx.vertx();
    private S3Server server;
    private FaultProxy proxy;
    private ProbeableStore store;

    @AfterEach
    void stop() {
        if (store != null) {
            await(store.close());
        }
        if (proxy != null) {
            proxy.close();
        }
        if (server != null) {
            server.close();
        }
        await(vertx.close());
    }

    private ProbeableStore behind(S3Server started) {
        server = started;
        proxy = FaultProxy.inFrontOf(started.endpoint());
        return open(proxy.endpoint(), S3Server.BUCKET, S3Server.SECRET_KEY);
    }

    private ProbeableStore open(URI endpoint, String bucket, String secret) {
        store = await(S3ObjectStore.open(
                vertx,
                S3Settings.of(
                        bucket,
                        Optional.of(endpoint),
                        S3Settings.AUTO,
                        new S3Credentials.Fixed(S3Server.ACCESS_KEY, secret, Optional.empty()))));
        return store;
    }

    @Test
    void acceptsAStoreThatDoesAllAndLeavesNothingBehind() {
        ProbeableStore good = behind(S3Server.start());

        StoreProbe.Finding found = await(StoreProbe.run(vertx, good, "prefix/default"));

        assertThat(found.quirks()).isEqualTo(StoreQuirks.NONE);
        assertThat(found.warnings()).isEmpty();
        assertThat(await(Listing.all(good, ""))).isEmpty();
    }

    @Test
    void asksOnlyOnceWhetherAWrongChecksumIsNoticed() {
        await(StoreProbe.run(vertx, behind(S3Server.start()), "default"));

        assertThat(proxy.requests())
                .filteredOn(request -> request.isPut("/checksum"))
                .hasSize(1);
    }

    @Test
    void refusesAStoreThatIgnoresConditions() {
        StoreException failure = failure(StoreProbe.run(vertx, behind(S3Server.startIgnoringConditions()), "default"));

        assertThat(failure.error()).isEqualTo(StoreError.CANNOT_FENCE);
        assertThat(failure).hasMessageContaining("If-None-Match: * is ignored");
        assertThat(failure.explained().code()).isEqualTo(FailureCode.STORE_CANNOT_FENCE);
        assertThat(failure.explained().code().status()).isEqualTo(422);
        assertThat(await(Listing.all(store, ""))).isEmpty();
    }

    @Test
    void refusesAStoreThatKnowsNoConditions() {
        ProbeableStore old = behind(S3Server.start());
        proxy.failWhen(request -> request.method().equals("PUT"), Fault.ERROR_501, Integer.MAX_VALUE);

        StoreException failure = failure(StoreProbe.run(vertx, old, "default"));

        assertThat(failure.error()).isEqualTo(StoreError.CANNOT_FENCE);
        assertThat(failure).hasMessageContaining("does not know conditional writes");
    }

    /** Looks first and writes later, when at least two have looked. */
    private static final class TwoSteps extends ForwardingBlobStore {
        private final CountDownLatch looked = new CountDownLatch(2);

        TwoSteps() {
            super(new TransientNio2BlobStore());
        }

        @Override
        public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
            if (request.metadata().getOrDefault("nonce", "").startsWith("racer")) {
                looked.countDown();
                try {
                    assertThat(looked.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return delegate().putBlob(request.toBuilder().ifMatch(null).build(), body);
            }
            return delegate().putBlob(request, body);
        }
    }

    @Test
    void refusesAStoreWhoseSwapIsTwoSteps() {
        StoreException failure = failure(StoreProbe.run(vertx, behind(S3Server.start(new TwoSteps())), "default"));

        assertThat(failure.error()).isEqualTo(StoreError.CANNOT_FENCE);
        assertThat(failure).hasMessageContaining("of 8 writers that meant the same version");
    }

    /** Compares the header as it is with the ETag without quotes. */
    private static final class Unquoted extends ForwardingBlobStore {
        Unquoted() {
            super(new TransientNio2BlobStore());
        }

        @Override
        public synchronized PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
            if (request.ifMatch() != null && request.ifMatch().startsWith("\"")) {
                throw new S3ProxyException(S3ErrorCode.PRECONDITION_FAILED);
            }
            return delegate().putBlob(request, body);
        }
    }

    @Test
    void findsOutThatEtagsGoWithoutQuotes() {
        ProbeableStore quirky = behind(S3Server.start(new Unquoted()));

        StoreProbe.Finding found = await(StoreProbe.run(vertx, quirky, "default"));

        assertThat(found.quirks().quotedEtags()).isFalse();
        ProbeableStore used = quirky.with(found.quirks());
        PutResult first = await(used.put("key", body("1"), PutOptions.createOnly()));
        await(used.put("key", body("2"), PutOptions.ifMatch(first.etag())));
        assertThat(failure(used.put("key", body("3"), PutOptions.ifMatch(first.etag())))
                        .error())
                .isEqualTo(StoreError.PRECONDITION_FAILED);
    }

    /** Evaluates conditions, but not where an upload in parts completes. */
    private static final class CarelessParts extends ForwardingBlobStore {
        CarelessParts() {
            super(new TransientNio2BlobStore());
        }

        @Override
        public synchronized PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
            return delegate().putBlob(request, body);
        }

        @Override
        public CompleteMultipartUploadResponse completeMultipartUpload(
                MultipartUpload upload, CompleteMultipartUploadRequest request) {
            return delegate()
                    .completeMultipartUpload(
                            upload,
                            request.toBuilder().ifNoneMatch(null).ifMatch(null).build());
        }
    }

    @Test
    void worksAroundPartsThatIgnoreConditions(@TempDir Path directory) throws Exception {
        ProbeableStore quirky = behind(S3Server.start(new CarelessParts()));

        StoreProbe.Finding found = await(StoreProbe.run(vertx, quirky, "default"));

        assertThat(found.quirks().conditionalMultipart()).isFalse();
        assertThat(found.warnings()).singleElement().asString().contains("in one request");
        ProbeableStore used = quirky.with(found.quirks());
        int size = 17 * 1024 * 1024;
        Body large = Body.ofFile(Files.write(directory.resolve("large"), new byte[size]), 0, size);
        await(used.put("key", large, PutOptions.createOnly()));
        assertThat(failure(used.put("key", large, PutOptions.createOnly())).error())
                .isEqualTo(StoreError.PRECONDITION_FAILED);
        await(used.copy("key", "copy", Condition.createOnly()));
        assertThat(failure(used.copy("key", "copy", Condition.createOnly())).error())
                .isEqualTo(StoreError.PRECONDITION_FAILED);
        byte[] content = new byte[size];
        assertThat(failure(StoreTests.onContext(
                                vertx,
                                () -> used.put(
                                        "key",
                                        new Body.Stream(StoreTests.stream(vertx, content, 1 << 20), size),
                                        PutOptions.createOnly())))
                        .error())
                .isEqualTo(StoreError.PRECONDITION_FAILED);
        assertThat(proxy.requests().stream().filter(FaultProxy.Request::isComplete))
                .hasSize(1);
    }

    @Test
    void worksAroundAStoreThatDeletesOneByOne() {
        ProbeableStore quirky = behind(S3Server.start());
        proxy.failWhen(
                request -> request.method().equals("POST") && request.query().startsWith("delete"),
                Fault.ERROR_501,
                Integer.MAX_VALUE);

        StoreProbe.Finding found = await(StoreProbe.run(vertx, quirky, "default"));

        assertThat(found.quirks().batchDelete()).isFalse();
        assertThat(await(Listing.all(quirky, ""))).isEmpty();
    }

    @Test
    void isNotMistakenWhereAnswersAreLost() {
        ProbeableStore good = behind(S3Server.start());
        proxy.failWhen(request -> request.isPut("/create"), Fault.RESET_AFTER, 1);
        proxy.failAt(6, Fault.RESET_AFTER);
        proxy.failAt(8, Fault.ERROR_500_AFTER);

        assertThat(await(StoreProbe.run(vertx, good, "default")).quirks()).isEqualTo(StoreQuirks.NONE);
    }

    @Test
    void saysWhatIsWrongWithThePlace() {
        server = S3Server.start();

        StoreException denied =
                failure(StoreProbe.run(vertx, open(server.endpoint(), S3Server.BUCKET, "wrong"), "default"));
        await(store.close());
        StoreException missing =
                failure(StoreProbe.run(vertx, open(server.endpoint(), "absent", S3Server.SECRET_KEY), "default"));

        assertThat(denied.explained().code()).isEqualTo(FailureCode.STORE_DENIED);
        assertThat(denied.explained().hint()).isNotEmpty();
        assertThat(missing.explained().code()).isEqualTo(FailureCode.BUCKET_NOT_FOUND);
        assertThat(missing.explained().detail()).contains("absent");
    }

    @Test
    void removesWhatAProbeLeftThatWasKilled(@TempDir Path directory) throws Exception {
        store = await(LocalObjectStore.open(vertx, directory));
        await(store.put("default/probe/old/create", body("x"), PutOptions.overwrite()));
        await(store.put("default/probe/young/create", body("x"), PutOptions.overwrite()));
        Files.setLastModifiedTime(
                directory.resolve("default/probe/old/create"),
                FileTime.from(Instant.now().minus(Duration.ofHours(2))));

        assertThat(await(StoreProbe.run(vertx, store, "default")).warnings()).isEmpty();

        assertThat(await(Listing.all(store, "")))
                .extracting(ObjectInfo::key)
                .containsExactly("default/probe/young/create");
    }
}
