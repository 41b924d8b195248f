package io.statemanager.config;

import io.statemanager.bus.Bus;
import io.statemanager.bus.ConfigCommands;
import io.statemanager.bus.Events;
import io.statemanager.bus.Nothing;
import io.statemanager.runtime.Ticker;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration on the bus. Runs on a worker thread of its own ({@link #deployment}), since it reads and syncs files; it never waits
 * there for another verticle.
 */
public final class ConfigVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigVerticle.class);
    private static final String SETTLED = "state.running";

    private final Bus bus;
    private final Events events;
    private final Setup setup;
    private final Applier applier;
    private final Backups backups;
    private FileWatch watch;

    /**
     * @param loaded what {@link ConfigSources} found
     * @param command behind {@code --}; empty where there is none
     * @param watched the file of {@code --config}, where {@code --dev} asks to watch it
     * @param period how often it is looked at
     */
    public record Setup(
            Path dataDir,
            Loaded loaded,
            List<String> command,
            Optional<Path> watched,
            Duration period,
            StoreAccess store,
            Ticker ticker) {
        /** How often a watched file is looked at unless a test is in a hurry. */
        public static final Duration PERIOD = Duration.ofSeconds(1);

        public Setup {
            dataDir = dataDir.toAbsolutePath().normalize();
            command = List.copyOf(command);
        }
    }

    public ConfigVerticle(Bus bus, Events events, Setup setup) {
        this.bus = bus;
        this.events = events;
        this.setup = setup;
        this.applier = new Applier(bus, events, setup);
        this.backups = new Backups(setup.store(), setup.ticker(), setup.dataDir());
    }

    /** How it is to be deployed. */
    public static DeploymentOptions deployment() {
        return new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("config")
                .setWorkerPoolSize(1);
    }

    /** Fails where a configured process {@code app} meets a command behind {@code --}. */
    @Override
    public Future<?> start() {
        applier.state().inForce().ifPresent(configuration -> Processes.check(configuration, setup.command()));
        applier.state().inForce().ifPresent(configuration -> LogLevels.set(configuration.log()));
        return Future.all(
                        bus.handle(ConfigCommands.GET, request -> Future.succeededFuture(show())),
                        bus.handle(ConfigCommands.APPLY, (request, call) -> applier.apply(request.document(), call)),
                        bus.handle(ConfigCommands.SAVE, request -> Future.succeededFuture(applier.save())),
                        bus.handle(
                                CurrentConfig.COMMAND,
                                request ->
                                        Future.succeededFuture(applier.state().current())),
                        bus.handle(CurrentConfig.BACKUP, request -> backUp()),
                        vertx.eventBus()
                                .<JsonObject>localConsumer("event.state", this::onState)
                                .completion())
                .compose(v -> setup.watched().map(this::watch).orElse(Future.succeededFuture()));
    }

    @Override
    public Future<?> stop() {
        return watch == null ? Future.succeededFuture() : watch.stop();
    }

    private Future<Void> watch(Path file) {
        watch = new FileWatch(vertx, file, setup.dataDir(), setup.period(), new Reloader(bus, events, setup, applier));
        return watch.start();
    }

    private ConfigCommands.Shown show() {
        ConfigState state = applier.state();
        return new ConfigCommands.Shown(ConfigDocuments.masked(state.inForce().orElseThrow(state::notShown)));
    }

    /** Whoever is running owns the environment and has settled it: the time for a copy. */
    private void onState(Message<JsonObject> event) {
        if (SETTLED.equals(event.body().getString("type"))) {
            backUp().onFailure(failure -> LOG.atWarn()
                    .addKeyValue("reason", failure.getMessage())
                    .log("No copy of the configuration was written to the store"));
        }
    }

    private Future<Nothing> backUp() {
        ConfigState state = applier.state();
        return backups.keep(state.inForce().orElseThrow(state::notShown)).map(Nothing.NOTHING);
    }
}
