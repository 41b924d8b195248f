package io.statemanager;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Events;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.bus.StatusCommands;
import io.statemanager.checkpoint.CheckpointVerticle;
import io.statemanager.config.ConfigVerticle;
import io.statemanager.config.Configuration;
import io.statemanager.config.CurrentConfig;
import io.statemanager.config.EnvironmentCommands.Adopt;
import io.statemanager.config.Loaded;
import io.statemanager.config.Processes;
import io.statemanager.environment.Collaborators;
import io.statemanager.environment.EnvironmentVerticle;
import io.statemanager.http.BridgeSettings;
import io.statemanager.http.BridgeVerticle;
import io.statemanager.http.ControlParts;
import io.statemanager.http.HttpSettings;
import io.statemanager.http.HttpVerticle;
import io.statemanager.http.Metrics;
import io.statemanager.http.Token;
import io.statemanager.lease.LeaseVerticle;
import io.statemanager.proxy.ProxyOptions;
import io.statemanager.proxy.ReverseProxy;
import io.statemanager.replication.ReplicationVerticle;
import io.statemanager.runtime.Endpoint;
import io.statemanager.runtime.RunOptions;
import io.statemanager.runtime.Ticker;
import io.statemanager.storage.LeaseGate;
import io.statemanager.storage.StorageVerticle;
import io.statemanager.supervision.SupervisorVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The verticles of one run, deployed in order and undeployed in reverse. HTTP comes first, so that status is answered from the first moment on;
 * then what the environment drives; the environment last, since it begins to drive at once.
 */
final class Deployment {
    private static final Duration DEFAULT_SHUTDOWN = Duration.ofMinutes(5);

    private final RunOptions options;
    private final Loaded loaded;
    private final Metrics metrics = new Metrics();
    private final Vertx vertx;
    private final Bus bus;
    private final Events events;
    private final LeaseGate gate = new LeaseGate();
    private final Ticker ticker = Ticker.system();
    private final Deque<String> deployed = new ArrayDeque<>();
    private HttpVerticle http;

    Deployment(RunOptions options, Loaded loaded) {
        this.options = options;
        this.loaded = loaded;
        this.vertx = Vertx.builder()
                .with(new VertxOptions()
                        .setMetricsOptions(metrics.options())
                        .setFileSystemOptions(new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false)))
                .withMetrics(metrics.factory())
                .build();
        this.bus = new Bus(vertx);
        this.events = new Events(vertx);
    }

    Future<Void> start() {
        metrics.withJvm();
        BusStores stores = new BusStores(bus);
        Token token = Token.load(System.getenv(Token.VARIABLE), options.dataDir());
        http = new HttpVerticle(
                HttpSettings.of(options),
                new ControlParts(bus, events, token, metrics, this::conflict),
                options.target().map(target -> proxy(target, token)).orElse(null));
        BridgeVerticle bridge = new BridgeVerticle(BridgeSettings.of(options), token, this::conflict);
        return deploy(http, new DeploymentOptions())
                .compose(done -> deploy(bridge, new DeploymentOptions()))
                .compose(done ->
                        deploy(new ConfigVerticle(bus, events, configSetup(stores)), ConfigVerticle.deployment()))
                .compose(done -> deploy(
                        new StorageVerticle(bus, gate, Optional.of(metrics.registry())), new DeploymentOptions()))
                .compose(done ->
                        deploy(new LeaseVerticle(bus, events, ticker, stores.ungated(), gate), new DeploymentOptions()))
                .compose(done -> deploy(new ReplicationVerticle(bus, stores.gated()), new DeploymentOptions()))
                .compose(done -> deploy(new CheckpointVerticle(bus, events, stores.gated()), new DeploymentOptions()))
                .compose(done -> deploy(
                        new SupervisorVerticle(
                                bus, events, options.dataDir(), options.logFormat(), Optional.of(metrics.registry())),
                        new DeploymentOptions()))
                .compose(done -> deploy(environment(stores), new DeploymentOptions()));
    }

    private ReverseProxy proxy(Endpoint target, Token token) {
        AppWatch watch =
                new AppWatch(vertx, bus, gate, target, !options.command().isEmpty());
        ProxyOptions settings = loaded instanceof Loaded.Configured there
                ? ProxyOptions.defaults()
                        .withHold(
                                there.configuration().proxy().holdTime(),
                                there.configuration().proxy().holdRequests())
                : ProxyOptions.defaults();
        ReverseProxy proxy = new ReverseProxy(
                vertx,
                target,
                settings,
                new io.statemanager.proxy.Application(watch::mayServe, watch::availability, token::isCarriedBy));
        metrics.bind(proxy);
        return proxy;
    }

    private ConfigVerticle.Setup configSetup(BusStores stores) {
        return new ConfigVerticle.Setup(
                options.dataDir(),
                loaded,
                options.command(),
                options.dev() ? options.config() : Optional.empty(),
                ConfigVerticle.Setup.PERIOD,
                stores,
                ticker);
    }

    private EnvironmentVerticle environment(BusStores stores) {
        Collaborators with = new Collaborators(
                bus,
                events,
                ticker,
                stores,
                configuration -> configuration == null
                        ? Processes.unconfigured(options.command(), options.dataDir())
                        : Processes.of(configuration, options.command()),
                stores::status,
                options.dataDir(),
                machineName(),
                !options.command().isEmpty());
        Configuration configuration = loaded instanceof Loaded.Configured there ? there.configuration() : null;
        Adopt adopt =
                options.adopt().map(choice -> Adopt.valueOf(choice.name())).orElse(null);
        return new EnvironmentVerticle(with, configuration, adopt, loaded.warnings());
    }

    private Optional<String> conflict() {
        return loaded instanceof Loaded.Conflict ? Optional.of(Loaded.Conflict.SENTENCE) : Optional.empty();
    }

    private static String machineName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    private Future<Void> deploy(Deployable verticle, DeploymentOptions how) {
        return vertx.deployVerticle(verticle, how).map(id -> {
            deployed.push(id);
            return null;
        });
    }

    /** The port that the front door listens on. */
    int port() {
        return http.port();
    }

    /** The environment's orderly stop, within a limit; the verticles are still there afterwards. */
    Future<StatusCommands.Stopped> leave(Duration limit) {
        return bus.request(StatusCommands.STOP, new StatusCommands.Stop(limit.toMillis()));
    }

    /** Ends what an orderly stop waits for: SIGKILL to every process. Any thread. */
    void killProcesses() {
        bus.request(ProcessCommands.KILL_ALL, NOTHING);
    }

    /** What the configuration in force allows for an orderly stop. */
    Future<Duration> shutdownLimit() {
        return bus.request(CurrentConfig.COMMAND, NOTHING)
                .map(current -> current.configuration()
                        .map(there -> there.supervisor().shutdownLimit())
                        .orElse(DEFAULT_SHUTDOWN))
                .otherwise(DEFAULT_SHUTDOWN);
    }

    Future<Void> stop() {
        Future<Void> undeployed = Future.succeededFuture();
        for (String id : List.copyOf(deployed)) {
            undeployed = undeployed.compose(done -> vertx.undeploy(id).otherwiseEmpty());
        }
        return undeployed.eventually(vertx::close).onComplete(done -> metrics.close());
    }
}
