package io.statemanager.storage;

import static io.statemanager.storage.StoreTests.await;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store under test and what its contract's parts share. A test has a folder of its own in the store, so all may share one and leave
 * things behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StoreFixture {
    protected static final int MIB = 1024 * 1024;

    protected final Vertx vertx = Vertx.vertx();
    protected ProbeableStore whole;
    protected DirectStore store;

    @TempDir
    protected Path directory;

    /** Whether characters beyond the first 65,536 are listed where their bytes put them; a server in Java may compare chars. */
    protected boolean ordersByUtf8() {
        return true;
    }

    /** Opens the store under test; called once. */
    protected abstract ProbeableStore open() throws Exception;

    @BeforeAll
    void openStore() throws Exception {
        whole = open();
    }

    @AfterAll
    void closeStore() {
        if (whole != null) {
            await(whole.close());
        }
        await(vertx.close());
    }

    @BeforeEach
    void ownFolder() {
        store = new ResolvingObjectStore(vertx, PrefixedObjectStore.of(whole, "test/" + UUID.randomUUID()));
    }

    protected List<String> keys(String prefix, String startAfter) {
        return await(store.list(prefix, startAfter, 1000)).objects().stream()
                .map(ObjectInfo::key)
                .toList();
    }

    protected static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
