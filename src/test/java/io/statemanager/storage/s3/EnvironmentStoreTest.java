package io.statemanager.storage.s3;

import io.statemanager.storage.ObjectStoreContract;
import io.statemanager.storage.ProbeableStore;
import io.statemanager.storage.StoreTests;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The contract on any S3 server that the environment names, for instance Ceph RGW: {@code TEST_S3_ENDPOINT}, {@code TEST_S3_BUCKET},
 * {@code TEST_S3_ACCESS_KEY}, {@code TEST_S3_SECRET_KEY}, and {@code TEST_S3_REGION} where it is not {@code auto}.
 */
@EnabledIfEnvironmentVariable(named = "TEST_S3_ENDPOINT", matches = ".+")
class EnvironmentStoreTest extends ObjectStoreContract {

    @Override
    protected ProbeableStore open() {
        return StoreTests.await(S3ObjectStore.open(
                vertx,
                S3Settings.of(
                        System.getenv("TEST_S3_BUCKET"),
                        Optional.of(URI.create(System.getenv("TEST_S3_ENDPOINT"))),
                        Optional.ofNullable(System.getenv("TEST_S3_REGION")).orElse(S3Settings.AUTO),
                        new S3Credentials.Fixed(
                                System.getenv("TEST_S3_ACCESS_KEY"),
                                System.getenv("TEST_S3_SECRET_KEY"),
                                Optional.empty()))));
    }
}
