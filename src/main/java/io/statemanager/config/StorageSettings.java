package io.statemanager.config;

import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where the environment's objects are kept, and the tree that is managed.
 *
 * @param type a bucket or a directory
 * @param bucket the bucket; null for {@code FILE}
 * @param endpoint the server with its scheme and without a trailing slash, or null for AWS
 * @param accessKey the key's name, or null for the SDK's default chain
 * @param secretKey its secret; there exactly where {@code accessKey} is
 * @param sessionToken of temporary credentials, or null
 * @param region {@code auto} unless given
 * @param keyPrefix segments joined by {@code /} with none at either end; empty for none
 * @param envDir the managed tree, absolute and normalized
 * @param password of the repository of files; null for none
 * @param path the local store's directory, absolute and normalized; null for {@code S3}
 */
public record StorageSettings(
        StorageType type,
        String bucket,
        String endpoint,
        Secret accessKey,
        Secret secretKey,
        Secret sessionToken,
        String region,
        String keyPrefix,
        Path envDir,
        Secret password,
        Path path) {

    public StorageSettings {
        Rules rules = new Rules();
        boolean s3 = type == StorageType.S3;
        rules.require(!s3 || bucket != null, "bucket", "is required for type s3");
        rules.require(bucket == null || StorageRules.bucket(bucket), "bucket", "is not the name of a bucket");
        rules.require(endpoint == null || StorageRules.endpoint(endpoint), "endpoint", StorageRules.ENDPOINT);
        rules.require(accessKey == null || secretKey != null, "secret_key", "is missing beside access_key");
        rules.require(secretKey == null || accessKey != null, "access_key", "is missing beside secret_key");
        rules.require(sessionToken == null || accessKey != null, "session_token", "needs access_key and secret_key");
        rules.require(StorageRules.keyPrefix(keyPrefix), "key_prefix", StorageRules.KEY_PREFIX);
        rules.require(!s3 || path == null, "path", "belongs to type file");
        if (!s3) {
            rules.require(bucket == null, "bucket", StorageRules.S3_ONLY)
                    .require(endpoint == null, "endpoint", StorageRules.S3_ONLY)
                    .require(accessKey == null, "access_key", StorageRules.S3_ONLY)
                    .require(secretKey == null, "secret_key", StorageRules.S3_ONLY)
                    .require(sessionToken == null, "session_token", StorageRules.S3_ONLY);
        }
        rules.hold();
    }

    static StorageSettings read(Section section, Path dataDir) {
        String bucket = section.text("bucket", null);
        StorageType type = type(section);
        String endpoint = StorageRules.withScheme(section.text("endpoint", null));
        Secret accessKey = section.secret("access_key");
        Secret secretKey = section.secret("secret_key");
        Secret sessionToken = section.secret("session_token");
        String region = section.text("region", Defaults.REGION);
        String keyPrefix = StorageRules.trimSlashes(section.text("key_prefix", ""));
        Path envDir = section.directory("env_dir", Defaults.ENV_DIR, dataDir);
        Secret password = section.secret("password");
        Path path = section.directory("path", type == StorageType.FILE ? Defaults.STORE_DIR : null, dataDir);
        return section.end()
                .build(() -> new StorageSettings(
                        type,
                        bucket,
                        endpoint,
                        accessKey,
                        secretKey,
                        sessionToken,
                        region,
                        keyPrefix,
                        envDir,
                        password,
                        path));
    }

    /** The same place with another's credentials; those of a type that has none stay absent. */
    StorageSettings withCredentials(StorageSettings other) {
        return type != StorageType.S3 || other.type != StorageType.S3
                ? this
                : new StorageSettings(
                        type,
                        bucket,
                        endpoint,
                        other.accessKey,
                        other.secretKey,
                        other.sessionToken,
                        region,
                        keyPrefix,
                        envDir,
                        password,
                        path);
    }

    private static StorageType type(Section section) {
        boolean s3 = Stream.of("bucket", "endpoint", "access_key", "secret_key").anyMatch(section::has);
        if (!s3 && !section.has("type")) {
            section.fault("type", "a bucket, or the type file is needed");
        }
        return section.choice("type", StorageType.class, s3 ? StorageType.S3 : StorageType.FILE);
    }
}
