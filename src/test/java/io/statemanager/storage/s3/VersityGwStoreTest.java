package io.statemanager.storage.s3;

import io.statemanager.storage.ObjectStoreContract;
import io.statemanager.storage.ProbeableStore;
import io.statemanager.storage.StoreTests;
import io.statemanager.support.S3Server;
import io.statemanager.support.VersityGw;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a server that is not made in Java and not in this JVM. */
class VersityGwStoreTest extends ObjectStoreContract {
    @TempDir
    static Path root;

    private VersityGw server;

    @Override
    protected ProbeableStore open() throws IOException {
        server = VersityGw.start(root.resolve("objects"));
        return StoreTests.await(S3ObjectStore.open(
                vertx,
                S3Settings.of(
                        S3Server.BUCKET,
                        Optional.of(server.endpoint()),
                        S3Settings.AUTO,
                        new S3Credentials.Fixed(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Optional.empty()))));
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }
}
