package io.statemanager.storage;

import static io.statemanager.bus.Nothing.NOTHING;
import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static io.statemanager.storage.StoreTests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.statemanager.bus.Bus;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.StatusCommands;
import io.statemanager.config.Secret;
import io.statemanager.config.StorageSettings;
import io.statemanager.config.StorageType;
import io.statemanager.support.S3Server;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class StorageVerticleTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path directory;

    private final LeaseGate gate = new LeaseGate();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Bus bus;
    private ObjectStore store;

    @BeforeEach
    void deploy() {
        Vertx vertx = fixture.vertx();
        bus = new Bus(vertx);
        await(vertx.deployVerticle(new StorageVerticle(bus, gate, Optional.of(registry))));
        store = BusObjectStore.gated(bus);
    }

    private StorageSettings local(String name) {
        return new StorageSettings(
                StorageType.FILE,
                null,
                null,
                null,
                null,
                null,
                "auto",
                "some/prefix",
                directory.resolve("env"),
                null,
                directory.resolve(name));
    }

    private StorageSettings s3(S3Server server, String secret) {
        return new StorageSettings(
                StorageType.S3,
                S3Server.BUCKET,
                server.endpoint().toString(),
                Secret.of(S3Server.ACCESS_KEY),
                Secret.of(secret),
                null,
                "auto",
                "",
                directory.resolve("env"),
                null,
                null);
    }

    private StoreCommands.Opened open(StorageSettings settings) {
        return await(bus.request(StoreCommands.OPEN, new StoreCommands.Open(settings, "default", true)));
    }

    @Test
    void doesEveryOperationByCommand() throws Exception {
        assertThat(open(local("objects")).local()).isTrue();
        gate.openWithoutLease(1);
        Path file = Files.writeString(directory.resolve("file"), "from a file");

        PutResult first = await(
                store.put("a/key", body("content"), PutOptions.createOnly().withNonce("n")));
        await(store.put("a/file", Body.ofFile(file, 5, 6), PutOptions.overwrite()));
        await(store.put("a/key", body("changed"), PutOptions.ifMatch(first.etag())));
        await(store.copy("a/file", "copy", Condition.createOnly()));

        assertThat(text(await(store.get("a/key", Range.of(0, 4))))).isEqualTo("chan");
        assertThat(await(store.getToFile("a/file", Range.all(), directory.resolve("back"), 0))
                        .bytes())
                .isEqualTo(6);
        assertThat(Files.readString(directory.resolve("back"))).isEqualTo("a file");
        assertThat(await(store.head("copy")).orElseThrow().key()).isEqualTo("copy");
        assertThat(await(store.head("absent"))).isEmpty();
        assertThat(await(Listing.all(store, "a/"))).extracting(ObjectInfo::key).containsExactly("a/file", "a/key");
        await(store.delete(List.of("a/key", "copy")));
        assertThat(await(Listing.folders(store, ""))).containsExactly("a");
        assertThat(directory.resolve("objects/some/prefix/a/file")).hasContent("a file");
    }

    @Test
    void failuresArriveAsTheStoresOwn() {
        open(local("objects"));
        gate.openWithoutLease(1);
        await(store.put("key", body("x"), PutOptions.createOnly()));

        StoreException missing = failure(store.get("absent", Range.all()));
        StoreException taken = failure(store.put("key", body("y"), PutOptions.createOnly()));

        assertThat(missing.error()).isEqualTo(StoreError.NOT_FOUND);
        assertThat(missing.key()).isEqualTo("absent");
        assertThat(taken.error()).isEqualTo(StoreError.PRECONDITION_FAILED);
    }

    @Test
    void onlyTheLeaseWritesPastTheGate() {
        open(local("objects"));

        StoreException closed = failure(store.put("key", body("x"), PutOptions.createOnly()));
        await(BusObjectStore.ungated(bus)
                .with(CallPolicy.urgent(Duration.ofSeconds(20)))
                .put("default/lease.json", body("{}"), PutOptions.createOnly()));

        assertThat(closed.error()).isEqualTo(StoreError.GATE_CLOSED);
        assertThat(text(await(store.get("default/lease.json", Range.all())))).isEqualTo("{}");
    }

    @Test
    void saysThatNoStoreIsOpen() {
        assertThat(failure(store.head("key")).error()).isEqualTo(StoreError.CLOSED);
        open(local("objects"));
        await(bus.request(StoreCommands.CLOSE, NOTHING));

        assertThat(failure(store.head("key")).error()).isEqualTo(StoreError.CLOSED);
        assertThat(status().state()).isEqualTo("closed");
    }

    @Test
    void takesAnotherStoreInItsPlace() {
        open(local("one"));
        gate.openWithoutLease(1);
        await(store.put("key", body("one"), PutOptions.createOnly()));
        open(local("two"));

        assertThat(await(store.head("key"))).isEmpty();
        open(local("one"));
        assertThat(text(await(store.get("key", Range.all())))).isEqualTo("one");
        assertThat(status().path()).endsWith("one");
        assertThat(registry.get("state_manager_store_requests")
                        .tag("operation", "get")
                        .functionCounter()
                        .count())
                .isPositive();
    }

    @Test
    void probesWithoutTakingIntoUse() {
        try (S3Server server = S3Server.start()) {
            StoreCommands.Open wrong = new StoreCommands.Open(s3(server, "wrong"), "default", true);
            CommandException denied =
                    catchThrowableOfType(CommandException.class, () -> await(bus.request(StoreCommands.PROBE, wrong)));
            StoreCommands.Opened fine = await(bus.request(
                    StoreCommands.PROBE, new StoreCommands.Open(s3(server, S3Server.SECRET_KEY), "default", false)));

            assertThat(denied.code()).isEqualTo(FailureCode.STORE_DENIED);
            assertThat(denied.detail() + denied.hint()).doesNotContain("wrong");
            assertThat(fine.quirks()).isEqualTo(StoreQuirks.NONE);
            assertThat(failure(store.head("key")).error()).isEqualTo(StoreError.CLOSED);
        }
    }

    @Test
    void goesOnWithOtherCredentials() {
        try (S3Server server = S3Server.start()) {
            await(bus.request(StoreCommands.OPEN, new StoreCommands.Open(s3(server, "wrong"), "default", false)));
            assertThat(failure(store.get("key", Range.all())).error()).isEqualTo(StoreError.DENIED);
            assertThat(status().lastError()).contains("403");

            await(bus.request(StoreCommands.CREDENTIALS, s3(server, S3Server.SECRET_KEY)));

            assertThat(failure(store.get("key", Range.all())).error()).isEqualTo(StoreError.NOT_FOUND);
        }
    }

    @Test
    void takesNoStreamOverTheBus() {
        open(local("objects"));
        gate.openWithoutLease(1);

        assertThat(failure(store.put(
                                "key",
                                new Body.Stream(StoreTests.stream(fixture.vertx(), new byte[1], 1), 1),
                                PutOptions.overwrite()))
                        .error())
                .isEqualTo(StoreError.UNSUPPORTED);
    }

    private StatusCommands.Storage status() {
        return await(bus.request(StoreCommands.STATUS, NOTHING));
    }
}
