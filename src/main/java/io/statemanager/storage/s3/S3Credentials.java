package io.statemanager.storage.s3;

import java.util.Objects;
import java.util.Optional;

/** By whose right a bucket is used. Secrets never appear in {@code toString}. */
public sealed interface S3Credentials permits S3Credentials.Fixed, S3Credentials.DefaultChain {

    /** A pair of keys, with a session token where they are temporary. */
    record Fixed(String accessKey, String secretKey, Optional<String> sessionToken) implements S3Credentials {
        public Fixed {
            Objects.requireNonNull(sessionToken, "sessionToken");
            if (accessKey.isBlank() || secretKey.isBlank()) {
                throw new IllegalArgumentException("access key and secret key come together");
            }
        }

        @Override
        public String toString() {
            return "Fixed[***]";
        }
    }

    /** The SDK's own chain: environment, profile files, web identity, container and instance roles. */
    record DefaultChain() implements S3Credentials {}
}
