package io.statemanager.storage.s3;

import io.statemanager.storage.ObjectStoreContract;
import io.statemanager.storage.ProbeableStore;
import io.statemanager.storage.StoreTests;
import io.statemanager.support.S3Server;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;

class S3ProxyStoreTest extends ObjectStoreContract {
    private final S3Server server = S3Server.start();

    @Override
    protected ProbeableStore open() {
        return StoreTests.await(S3ObjectStore.open(vertx, settings(server)));
    }

    @Override
    protected boolean ordersByUtf8() {
        return false;
    }

    @AfterAll
    void stop() {
        server.close();
    }

    static S3Settings settings(S3Server server) {
        return S3Settings.of(
                S3Server.BUCKET,
                Optional.of(server.endpoint()),
                S3Settings.AUTO,
                new S3Credentials.Fixed(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Optional.empty()));
    }
}
