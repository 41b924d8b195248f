package io.statemanager.storage.s3;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a bucket is and how it is used.
 *
 * @param endpoint empty for AWS itself; with one, keys are addressed behind the bucket in the path
 * @param region {@code auto} where the store has none; for AWS that means the SDK's own region chain
 * @param concurrency requests under way at a time, besides urgent ones
 * @param partSize bytes of one part of a multipart upload, at least 5 MiB; grown where an object would have more than 10,000 parts
 * @param multipartAbove bodies with more bytes than this go up in parts
 */
public record S3Settings(
        String bucket,
        Optional<URI> endpoint,
        String region,
        S3Credentials credentials,
        int concurrency,
        int partSize,
        long multipartAbove) {
    public static final String AUTO = "auto";

    private static final int MIB = 1024 * 1024;

    public S3Settings {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(credentials, "credentials");
        if (bucket.isBlank() || bucket.indexOf('/') >= 0) {
            throw new IllegalArgumentException("not a bucket's name: " + bucket);
        }
        if (concurrency < 1 || partSize < 5 * MIB || multipartAbove < partSize) {
            throw new IllegalArgumentException("concurrency ≥ 1, part size ≥ 5 MiB, multipart above ≥ part size");
        }
    }

    public static S3Settings of(String bucket, Optional<URI> endpoint, String region, S3Credentials credentials) {
        return new S3Settings(bucket, endpoint, region, credentials, 32, 8 * MIB, 16L * MIB);
    }

    public S3Settings withConcurrency(int requests) {
        return new S3Settings(bucket, endpoint, region, credentials, requests, partSize, multipartAbove);
    }

    /** For errors: which bucket where, nothing secret. */
    String place() {
        return "bucket " + bucket
                + endpoint.map(uri -> " at " + uri.getHost() + port(uri)).orElse(" at AWS");
    }

    private static String port(URI uri) {
        return uri.getPort() < 0 ? "" : ":" + uri.getPort();
    }
}
