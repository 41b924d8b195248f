package io.statemanager.storage.s3;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;

/**
 * The SDK's client with its HTTP client and event loops, opened and closed together. Opening takes up to a second of work, so it is done
 * on a worker.
 *
 * <p>The SDK repeats nothing by itself: each attempt is ours. Checksums are sent only where S3 demands one, and as {@code Content-MD5},
 * which every server knows; bodies are not framed, since servers that refuse early then close the connection before the refusal is
 * read.
 */
final class S3Connection {
    /** Beyond the limit for ordinary requests, so that an urgent one finds a connection. */
    private static final int URGENT = 8;

    private static final int EVENT_LOOPS = 2;
    private static final long WARMING_SECONDS = 5;

    private final SdkEventLoopGroup loops;
    private final SdkAsyncHttpClient http;
    private final CurrentCredentials credentials;
    private final S3Settings settings;
    private volatile S3AsyncClient client;
    private boolean regionKnown;

    private S3Connection(
            S3Settings settings, SdkEventLoopGroup loops, SdkAsyncHttpClient http, CurrentCredentials credentials) {
        this.settings = settings;
        this.loops = loops;
        this.http = http;
        this.credentials = credentials;
        this.regionKnown = !settings.region().equals(S3Settings.AUTO);
        this.client = client(settings, S3Region.first(settings), http, credentials);
    }

    /** Those that the next request is signed with. */
    private static final class CurrentCredentials implements AwsCredentialsProvider {
        private volatile AwsCredentialsProvider provider;

        CurrentCredentials(AwsCredentialsProvider provider) {
            this.provider = provider;
        }

        @Override
        public AwsCredentials resolveCredentials() {
            return provider.resolveCredentials();
        }
    }

    static S3Connection open(S3Settings settings) {
        SdkEventLoopGroup loops =
                SdkEventLoopGroup.builder().numberOfThreads(EVENT_LOOPS).build();
        SdkAsyncHttpClient http = NettyNioAsyncHttpClient.builder()
                .eventLoopGroup(loops)
                .maxConcurrency(settings.concurrency() + URGENT)
                .connectionTimeout(Duration.ofSeconds(5))
                .connectionAcquisitionTimeout(Duration.ofSeconds(15))
                .tlsNegotiationTimeout(Duration.ofSeconds(10))
                .readTimeout(Duration.ofSeconds(30))
                .writeTimeout(Duration.ofSeconds(30))
                .connectionMaxIdleTime(Duration.ofSeconds(20))
                .tcpKeepAlive(true)
                .build();
        CurrentCredentials credentials = new CurrentCredentials(provider(settings.credentials()));
        S3Connection connection = new S3Connection(settings, loops, http, credentials);
        connection.warm();
        return connection;
    }

    /** Sends a first request, which loads and opens what all later ones use; any answer will do. Blocks for a few seconds at most. */
    private void warm() {
        try {
            client.listObjectsV2(list -> list.bucket(settings.bucket()).maxKeys(1))
                    .get(WARMING_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            learns(e.getCause());
        } catch (TimeoutException slow) {
            // Then the first call will be slow, too, and tells it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a refusal tells something by which the same request will succeed. Happens once at most. */
    synchronized boolean learns(Throwable refusal) {
        if (regionKnown) {
            return false;
        }
        Optional<Region> told = S3Region.told(refusal);
        if (told.isPresent()) {
            regionKnown = true;
            // The former client needs no closing, and may end what it has under way: what it holds is ours.
            client = client(settings, told.get(), http, credentials);
        }
        return regionKnown;
    }

    /** Signs with others from now on. Blocks for a moment. */
    void change(S3Credentials other) {
        credentials.provider = provider(other);
    }

    private static S3AsyncClient client(
            S3Settings settings, Region region, SdkAsyncHttpClient http, AwsCredentialsProvider credentials) {
        S3AsyncClientBuilder builder = S3AsyncClient.builder()
                .httpClient(http)
                .region(region)
                .credentialsProvider(credentials)
                .putAuthScheme(new S3Signing())
                .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(config -> config.retryStrategy(retry -> retry.maxAttempts(1)))
                // Results are handed to Vert.x contexts at once, so no thread of the SDK's own is needed in between.
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
                .addPlugin(LegacyMd5Plugin.create());
        if (settings.endpoint().isPresent()) {
            builder.endpointOverride(settings.endpoint().get()).forcePathStyle(true);
        } else {
            builder.crossRegionAccessEnabled(true);
        }
        return builder.build();
    }

    private static AwsCredentialsProvider provider(S3Credentials credentials) {
        if (credentials instanceof S3Credentials.Fixed fixed) {
            return StaticCredentialsProvider.create(
                    fixed.sessionToken().isPresent()
                            ? AwsSessionCredentials.create(
                                    fixed.accessKey(),
                                    fixed.secretKey(),
                                    fixed.sessionToken().get())
                            : AwsBasicCredentials.create(fixed.accessKey(), fixed.secretKey()));
        }
        return DefaultCredentialsProvider.builder().build();
    }

    S3AsyncClient client() {
        return client;
    }

    /** Runs something short after a time; the result takes that back. */
    Runnable after(long nanos, Runnable task) {
        try {
            ScheduledFuture<?> timer = loops.eventLoopGroup().next().schedule(task, nanos, TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException closed) {
            // Whoever asked finds the store closed by itself.
            return () -> {};
        }
    }

    /** Blocks for a moment. */
    void close() {
        client.close();
        http.close();
        loops.eventLoopGroup()
                .shutdownGracefully(100, 2000, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
