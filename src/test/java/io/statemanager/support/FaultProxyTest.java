package io.statemanager.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.support.FaultProxy.Fault;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Exception;

class FaultProxyTest {
    private static S3Server server;
    private static FaultProxy proxy;
    private static S3AsyncClient client;

    @BeforeAll
    static void start() {
        server = S3Server.start();
        proxy = FaultProxy.inFrontOf(server.endpoint());
        client = client(proxy.endpoint());
    }

    @AfterAll
    static void close() {
        client.close();
        proxy.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        proxy.healthy();
        proxy.forget();
        server.empty();
    }

    @Test
    void passesSignedRequestsOnUnchanged() throws Exception {
        put("a key/with spaces & ünïcode", "content");

        assertThat(read("a key/with spaces & ünïcode")).isEqualTo("content");
        assertThat(finish(client.headObject(b -> b.bucket(S3Server.BUCKET).key("a key/with spaces & ünïcode")))
                        .contentLength())
                .isEqualTo(7);
        assertThat(proxy.requests()).extracting(FaultProxy.Request::method).containsExactly("PUT", "GET", "HEAD");
    }

    @Test
    void spoilsTheChosenRequestOnly() throws Exception {
        proxy.failAt(2, Fault.ERROR_503);
        put("first", "1");

        assertThatThrownBy(() -> put("second", "2"))
                .hasCauseInstanceOf(S3Exception.class)
                .hasMessageContaining("503");
        put("third", "3");

        assertThat(server.blobs().blobExists(S3Server.BUCKET, "second")).isFalse();
        assertThat(server.blobs().blobExists(S3Server.BUCKET, "third")).isTrue();
    }

    @Test
    void resetsAfterTheServerHasDoneIt() {
        proxy.failNext(Fault.RESET_AFTER);

        assertThatThrownBy(() -> put("key", "content")).isInstanceOf(ExecutionException.class);

        assertThat(server.blobs().blobExists(S3Server.BUCKET, "key")).isTrue();
    }

    @Test
    void resetsBeforeTheServerHearsOfIt() {
        proxy.failNext(Fault.RESET_BEFORE);

        assertThatThrownBy(() -> put("key", "content")).isInstanceOf(ExecutionException.class);

        assertThat(server.blobs().blobExists(S3Server.BUCKET, "key")).isFalse();
    }

    @Test
    void answersAnErrorAlthoughTheServerHasDoneIt() {
        proxy.failNext(Fault.ERROR_500_AFTER);

        assertThatThrownBy(() -> put("key", "content")).hasMessageContaining("500");

        assertThat(server.blobs().blobExists(S3Server.BUCKET, "key")).isTrue();
    }

    @Test
    void deliversAWriteLongAfterItsConnectionWasLost() {
        proxy.failNext(Fault.RESET_THEN_LATE_EFFECT);
        assertThatThrownBy(() -> put("key", "late")).isInstanceOf(ExecutionException.class);
        assertThat(server.blobs().blobExists(S3Server.BUCKET, "key")).isFalse();

        proxy.releaseLate();

        Awaitility.await().until(() -> server.blobs().blobExists(S3Server.BUCKET, "key"));
    }

    @Test
    void spoilsBodies() throws Exception {
        put("key", "a body of some length");
        proxy.failNext(Fault.CORRUPT_BODY);

        assertThat(read("key")).isNotEqualTo("a body of some length").hasSize(21);

        proxy.failNext(Fault.TRUNCATE_BODY);
        assertThatThrownBy(() -> read("key")).isInstanceOf(ExecutionException.class);
    }

    private void put(String key, String content) throws Exception {
        finish(client.putObject(b -> b.bucket(S3Server.BUCKET).key(key), AsyncRequestBody.fromString(content)));
    }

    private String read(String key) throws Exception {
        return finish(client.getObject(b -> b.bucket(S3Server.BUCKET).key(key), AsyncResponseTransformer.toBytes()))
                .asString(StandardCharsets.UTF_8);
    }

    private static <T> T finish(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static S3AsyncClient client(URI endpoint) {
        return S3AsyncClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .serviceConfiguration(c -> c.chunkedEncodingEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(
                        c -> c.retryStrategy(r -> r.maxAttempts(1)).apiCallTimeout(Duration.ofSeconds(20)))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)))
                .build();
    }
}
