package io.statemanager.storage.local;

import io.statemanager.storage.ObjectStoreContract;
import io.statemanager.storage.ProbeableStore;
import io.statemanager.storage.StoreTests;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalObjectStoreTest extends ObjectStoreContract {
    @TempDir
    static Path root;

    @Override
    protected ProbeableStore open() {
        return StoreTests.await(LocalObjectStore.open(vertx, root.resolve("objects")));
    }
}
