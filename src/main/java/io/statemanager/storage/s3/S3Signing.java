package io.statemanager.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignerProperty;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/**
 * The SDK's signature (version 4) without a copy of the body. Where the connection is not encrypted the signature covers the body, and the
 * SDK's non-blocking signer then keeps all of it in memory until it has been sent, a file's too. Its blocking one reads the body once and
 * keeps nothing; so that one signs what can be read twice, on the worker that begins the request.
 */
final class S3Signing implements AwsV4AuthScheme {
    private final AwsV4HttpSigner signer = new Signer(AwsV4HttpSigner.create());

    @Override
    public String schemeId() {
        return SCHEME_ID;
    }

    @Override
    public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
        return providers.identityProvider(AwsCredentialsIdentity.class);
    }

    @Override
    public AwsV4HttpSigner signer() {
        return signer;
    }

    private record Signer(AwsV4HttpSigner sdk) implements AwsV4HttpSigner {
        @Override
        public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
            return sdk.sign(request);
        }

        @Override
        public CompletableFuture<AsyncSignedRequest> signAsync(
                AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
            boolean framed = request.requireProperty(CHUNK_ENCODING_ENABLED, false);
            if (framed || !(request.payload().orElse(null) instanceof S3Body body)) {
                return sdk.signAsync(request);
            }
            try (Once once = new Once(body)) {
                SdkHttpRequest signed = sdk.sign(new AtOnce(request, once)).request();
                return CompletableFuture.completedFuture(AsyncSignedRequest.builder()
                        .request(signed)
                        .payload(body)
                        .build());
            } catch (RuntimeException refused) {
                return CompletableFuture.failedFuture(refused);
            }
        }
    }

    /** A body that is read for its hash; the SDK does not close what it reads. */
    private static final class Once implements ContentStreamProvider, AutoCloseable {
        private final S3Body body;
        private final List<InputStream> opened = new ArrayList<>();

        Once(S3Body body) {
            this.body = body;
        }

        @Override
        public InputStream newStream() {
            InputStream stream = body.content();
            opened.add(stream);
            return stream;
        }

        @Override
        public void close() {
            for (InputStream stream : opened) {
                try {
                    stream.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** A request as the blocking signer reads it: the same in everything but how the body is read. */
    private record AtOnce(AsyncSignRequest<? extends AwsCredentialsIdentity> asked, Once body)
            implements SignRequest<AwsCredentialsIdentity> {
        @Override
        public SdkHttpRequest request() {
            return asked.request();
        }

        @Override
        public Optional<ContentStreamProvider> payload() {
            return Optional.of(body);
        }

        @Override
        public AwsCredentialsIdentity identity() {
            return asked.identity();
        }

        @Override
        public <T> T property(SignerProperty<T> property) {
            return asked.property(property);
        }

        @Override
        public Builder<AwsCredentialsIdentity> toBuilder() {
            throw new UnsupportedOperationException("a view of another request");
        }
    }
}
