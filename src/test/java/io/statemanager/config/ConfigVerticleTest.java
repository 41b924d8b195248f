package io.statemanager.config;

import static io.statemanager.config.Documents.FILE;
import static io.statemanager.config.Documents.S3;
import static io.statemanager.config.Documents.bytes;
import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.statemanager.bus.Bus;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.ConfigCommands;
import io.statemanager.bus.Events;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Nothing;
import io.statemanager.runtime.Ticker;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ConfigVerticleTest {
    private static final Map<String, String> VARIABLES = Map.of("FLY_STORAGE_BUCKET", "b");

    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path dataDir;

    private final StoreRecorder store = new StoreRecorder();
    private final List<EnvironmentCommands.Configure> configured = new ArrayList<>();
    private Bus bus;
    private Events events;

    @BeforeEach
    void bus() {
        bus = new Bus(fixture.vertx());
        events = new Events(fixture.vertx());
    }

    @Test
    void oneIsConfiguredOnceAndSavedBeforeTheAnswer() throws IOException {
        start(Map.of());
        environment(this::saves);
        assertThat(code(get())).isEqualTo(FailureCode.NOT_FOUND);

        ConfigCommands.Applied applied = await(apply("{" + S3 + ",'adopt':'remote','verify':false,'name':'n'}"));

        assertThat(applied.state()).isEqualTo("new");
        assertThat(configured.get(0).adopt()).isEqualTo(EnvironmentCommands.Adopt.REMOTE);
        assertThat(configured.get(0).verify()).isFalse();
        assertThat(Files.readString(saved()))
                .contains("\"format\" : 1", "hunter2secret")
                .doesNotContain("adopt")
                .doesNotContain("verify");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(saved())))
                .isEqualTo("rw-------");
        assertThat(ConfigSources.load(dataDir, null, Map.of()))
                .isEqualTo(new Loaded.Configured(configured.get(0).configuration(), Origin.SAVED, List.of()));
        assertThat(await(get()).document().toString())
                .contains("\"secret_key\":\"***\"")
                .doesNotContain("hunter2");
        assertThat(code(apply("{" + FILE + "}"))).isEqualTo(FailureCode.ALREADY_CONFIGURED);
        assertThat(types()).containsExactly("config.applied");
    }

    @Test
    void whatIsNotValidReachesNobodyAndSavesNothing() {
        start(Map.of());
        environment(this::saves);

        CommandException failure = fails(apply("{" + S3 + ",'bogus':1,'name':'X'}"));

        assertThat(failure.code()).isEqualTo(FailureCode.INVALID_CONFIGURATION);
        assertThat(failure.faults()).hasSize(2);
        assertThat(fails(apply("{" + FILE + ",'adopt':'me','verify':1,'replace':'no'}"))
                        .faults())
                .hasSize(3);
        assertThat(configured).isEmpty();
        assertThat(saved()).doesNotExist();
    }

    @Test
    void aRefusalBeforeTheSaveLeavesTheManagerUnconfigured() {
        start(Map.of());
        environment(configure ->
                Future.failedFuture(CommandException.of(FailureCode.LEASE_HELD, "machine b holds the lease")));

        assertThat(code(apply("{" + FILE + "}"))).isEqualTo(FailureCode.LEASE_HELD);
        assertThat(saved()).doesNotExist();
        assertThat(code(get())).isEqualTo(FailureCode.NOT_FOUND);
        assertThat(code(apply("{" + FILE + "}"))).isEqualTo(FailureCode.LEASE_HELD);
    }

    @Test
    void aFailureAfterTheSaveLeavesItConfigured() {
        start(Map.of());
        environment(configure -> saves(configure)
                .compose(v -> Future.failedFuture(CommandException.of(FailureCode.STORE_FAILED, "lost"))));

        assertThat(code(apply("{" + FILE + "}"))).isEqualTo(FailureCode.STORE_FAILED);
        assertThat(saved()).exists();
        assertThat(code(apply("{" + FILE + "}"))).isEqualTo(FailureCode.ALREADY_CONFIGURED);
    }

    @Test
    void aSecondRequestMeanwhileIsTurnedAway() {
        start(Map.of());
        Promise<Void> decision = Promise.promise();
        environment(configure -> decision.future().compose(v -> saves(configure)));
        Future<ConfigCommands.Applied> first = apply("{" + FILE + "}");

        CommandException second = fails(apply("{" + FILE + "}"));
        decision.complete();

        assertThat(second.code()).isEqualTo(FailureCode.OPERATION_IN_PROGRESS);
        assertThat(second.retryAfter()).isPositive();
        assertThat(await(first).state()).isEqualTo("new");
        assertThat(configured).hasSize(1);
    }

    @Test
    void saveWithoutAnApplicationIsRefused() {
        start(Map.of());

        assertThat(code(bus.request(ConfigCommands.SAVE, Nothing.NOTHING))).isEqualTo(FailureCode.INTERNAL);
        assertThat(saved()).doesNotExist();
    }

    @Test
    void aBrokenFileIsKeptWhenAConfigurationComes() throws IOException {
        Files.write(saved(), bytes("{'storage':{'type'"));
        start(Map.of());
        environment(this::saves);
        assertThat(current().warnings()).hasSize(1);

        await(apply("{" + FILE + "}"));

        assertThat(dataDir.resolve("config.json.broken-1")).hasBinaryContent(bytes("{'storage':{'type'"));
        assertThat(ConfigSources.load(dataDir, null, Map.of())).isInstanceOf(Loaded.Configured.class);
        assertThat(current().warnings()).isEmpty();
    }

    @Test
    void aConflictAnswersTheSameToEverything() throws IOException {
        Files.write(saved(), bytes("{" + FILE + "}"));
        start(VARIABLES);

        for (Future<?> answer : List.of(get(), apply("{" + FILE + "}"), apply("{" + FILE + ",'replace':true}"))) {
            CommandException failure = fails(answer);
            assertThat(failure.code()).isEqualTo(FailureCode.CONFIGURATION_CONFLICT);
            assertThat(failure.detail()).isEqualTo(Loaded.Conflict.SENTENCE);
            assertThat(failure.hint()).contains("config.json", "FLY_STORAGE_*");
        }
        assertThat(current().conflict()).hasSize(2);
    }

    @Test
    void aReplacementIsProbedAndSavedForTheNextStart() throws IOException {
        Files.write(saved(), bytes("{" + S3 + "}"));
        start(Map.of());

        ConfigCommands.Applied applied =
                await(apply("{" + S3.replace("hunter2secret", "hunter2new") + ",'name':'other','replace':true}"));

        assertThat(applied.restartRequired()).isTrue();
        assertThat(store.calls).containsExactly("probe hunter2new");
        assertThat(await(get()).document().get("name").asText()).isEqualTo("default");
        assertThat(current().restartRequired()).containsExactly("name", "storage.secret_key");
        Loaded.Configured next = (Loaded.Configured) ConfigSources.load(dataDir, null, Map.of());
        assertThat(next.configuration().storage().secretKey()).isEqualTo(Secret.of("hunter2new"));
        assertThat(types()).containsExactly("config.replaced");
    }

    @Test
    void aReplacementThatTheStoreDeniesSavesNothing() throws IOException {
        Files.write(saved(), bytes("{" + S3 + "}"));
        start(Map.of());
        store.probeFailure = CommandException.of(FailureCode.STORE_DENIED, "denied");

        assertThat(code(apply("{" + S3 + ",'name':'x','replace':true}"))).isEqualTo(FailureCode.STORE_DENIED);
        assertThat(saved()).hasBinaryContent(bytes("{" + S3 + "}"));
        await(apply("{" + S3 + ",'name':'x','replace':true,'verify':false}"));
        assertThat(Files.readString(saved())).contains("\"x\"");
        assertThat(store.calls).hasSize(1);
    }

    @Test
    void whatComesFromVariablesIsReplacedThere() {
        start(VARIABLES);

        CommandException failure = fails(apply("{" + FILE + ",'replace':true}"));

        assertThat(failure.code()).isEqualTo(FailureCode.ALREADY_CONFIGURED);
        assertThat(failure.detail()).contains("environment variables");
        assertThat(saved()).doesNotExist();
    }

    @Test
    void aCopyWithoutSecretsIsWrittenOnceForEachContent() throws IOException {
        Files.write(saved(), bytes("{" + S3 + "}"));
        start(Map.of());

        await(bus.request(CurrentConfig.BACKUP, Nothing.NOTHING));
        await(bus.request(CurrentConfig.BACKUP, Nothing.NOTHING));

        assertThat(store.calls).hasSize(1);
        assertThat(store.calls.get(0))
                .matches("(?s)write default/config/\\d{8}T\\d{6}\\.\\d{3}Z\\.json \\{.*\"bucket\" : \"b\".*")
                .doesNotContain("hunter2")
                .doesNotContain("AKIDEXAMPLE");
    }

    @Test
    void theCopyIsWrittenOnceTheEnvironmentRuns() throws IOException {
        Files.write(saved(), bytes("{" + FILE + "}"));
        start(Map.of());

        events.publish("state", "state.waiting", event -> {});
        events.publish("state", "state.running", event -> {});

        Awaitility.await().until(() -> !store.calls.isEmpty());
        assertThat(store.calls).singleElement().asString().startsWith("write default/config/");
    }

    @Test
    void aConfiguredAppBesideTheCommandEndsTheStart() throws IOException {
        Files.write(saved(), bytes("{" + FILE + ",'processes':{'app':{'command':['x']}}}"));

        CommandException failure =
                catchThrowableOfType(CommandException.class, () -> start(Map.of(), List.of("python3")));

        assertThat(failure.detail()).startsWith("processes.app: ");
    }

    private void start(Map<String, String> environment) {
        start(environment, List.of());
    }

    private void start(Map<String, String> environment, List<String> command) {
        Loaded loaded = ConfigSources.load(dataDir, null, environment);
        var setup = new ConfigVerticle.Setup(
                dataDir, loaded, command, Optional.empty(), ConfigVerticle.Setup.PERIOD, store, Ticker.system());
        await(fixture.vertx().deployVerticle(new ConfigVerticle(bus, events, setup), ConfigVerticle.deployment()));
    }

    /** The environment's place on the bus, deciding as a test says. */
    private void environment(Function<EnvironmentCommands.Configure, Future<ConfigCommands.Applied>> decision) {
        await(bus.handle(EnvironmentCommands.CONFIGURE, configure -> {
            configured.add(configure);
            return decision.apply(configure);
        }));
    }

    private Future<ConfigCommands.Applied> saves(EnvironmentCommands.Configure configure) {
        return bus.request(ConfigCommands.SAVE, Nothing.NOTHING)
                .map(new ConfigCommands.Applied(
                        "success", true, configure.configuration().name(), List.of(), "new", null, null, List.of()));
    }

    private Future<ConfigCommands.Applied> apply(String document) {
        return bus.request(ConfigCommands.APPLY, new ConfigCommands.Apply(Documents.document(document)));
    }

    private Future<ConfigCommands.Shown> get() {
        return bus.request(ConfigCommands.GET, Nothing.NOTHING);
    }

    private CurrentConfig current() {
        return await(bus.request(CurrentConfig.COMMAND, Nothing.NOTHING));
    }

    private List<String> types() {
        return events.since(0, "config").stream()
                .map(event -> event.getString("type"))
                .toList();
    }

    private Path saved() {
        return dataDir.resolve("config.json");
    }

    private static CommandException fails(Future<?> future) {
        return catchThrowableOfType(CommandException.class, () -> await(future));
    }

    private static FailureCode code(Future<?> future) {
        return fails(future).code();
    }
}
