package io.statemanager;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.bus.ProcessCommands.ProcessView;
import io.statemanager.config.Processes;
import io.statemanager.proxy.Availability;
import io.statemanager.proxy.ReverseProxy;
import io.statemanager.runtime.Endpoint;
import io.statemanager.storage.LeaseGate;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What the proxy asks at each request, kept up to date by events: whether the application is up, and whether we may serve it. It is up once a
 * process {@code app} runs and something takes connections at the target, which is tried after each of its starts; where there is no such
 * process the target is somebody else's and always up. Answers from memory on any thread; the lease's deadline is compared at the moment of
 * asking. What is looked up is confined to the context of the events' consumer.
 */
final class AppWatch {
    private static final Set<String> OWNING = Set.of("lease.acquired", "lease.held", "lease.frozen");
    /** States of the environment in which its processes are down but will be started soon. */
    private static final Set<String> PASSING = Set.of("state.starting", "state.settling", "state.restoring");

    private static final int CONNECT_LIMIT_MS = 1_000;
    private static final long TRY_AGAIN_MS = 50;

    /** After this time an application that does not listen counts as up all the same: its refusals then tell. */
    private static final long LISTEN_LIMIT_NANOS = Duration.ofSeconds(30).toNanos();

    private static final long NOBODY = -1;

    private final Vertx vertx;
    private final Bus bus;
    private final LeaseGate gate;
    private final SocketAddress target;
    private final NetClient client;
    private final boolean hasCommand;
    private volatile boolean owning;
    private volatile boolean passing = true;
    private volatile Availability app = Availability.soon("the manager is starting");
    private long running = NOBODY;
    private boolean listening;

    /** @param hasCommand whether there is a command behind {@code --}, so that a process {@code app} will come */
    AppWatch(Vertx vertx, Bus bus, LeaseGate gate, Endpoint target, boolean hasCommand) {
        this.vertx = vertx;
        this.bus = bus;
        this.gate = gate;
        this.target = ReverseProxy.address(target);
        this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_LIMIT_MS));
        this.hasCommand = hasCommand;
        vertx.eventBus()
                .<JsonObject>localConsumer(
                        "event.lease",
                        event -> owning = OWNING.contains(event.body().getString("type")));
        vertx.eventBus()
                .<JsonObject>localConsumer(
                        "event.state",
                        event -> passing = PASSING.contains(event.body().getString("type")));
        vertx.eventBus().<JsonObject>localConsumer("event.process", event -> look());
        if (!hasCommand) {
            app = Availability.up();
        }
    }

    /** False while a lease is counted on and its deadline has come; without a lease the processes themselves tell. */
    boolean mayServe() {
        return !owning || gate.isOpen();
    }

    Availability availability() {
        Availability now = app;
        return passing && now.state() == Availability.State.DOWN ? Availability.soon(now.reason()) : now;
    }

    private void look() {
        bus.request(ProcessCommands.LIST, NOTHING)
                .onSuccess(list -> seen(list.processes().stream()
                        .filter(process -> process.name().equals(Processes.APP))
                        .findFirst()));
    }

    private void seen(Optional<ProcessView> found) {
        if (found.isEmpty()) {
            // Not defined yet, or never: then the target is none of our processes.
            app = hasCommand ? app : Availability.up();
            running = NOBODY;
            return;
        }
        ProcessView process = found.get();
        long pid = process.pid() == null ? NOBODY : process.pid();
        if (pid != running) {
            running = pid;
            listening = false;
            if (pid != NOBODY) {
                tryToConnect(pid, System.nanoTime());
            }
        }
        app = of(process.state(), listening);
    }

    private void tryToConnect(long pid, long begin) {
        client.connect(target).onComplete(result -> {
            if (result.succeeded()) {
                result.result().close();
            }
            if (pid != running) {
                return;
            }
            if (result.succeeded() || System.nanoTime() - begin > LISTEN_LIMIT_NANOS) {
                listening = true;
                look();
            } else {
                vertx.setTimer(TRY_AGAIN_MS, again -> {
                    if (pid == running) {
                        tryToConnect(pid, begin);
                    }
                });
            }
        });
    }

    /** What a process's state, named as in its status, means for requests; one whose leader has ended may be started again. */
    static Availability of(String state, boolean listening) {
        return switch (state) {
            case "running" ->
                listening ? Availability.up() : Availability.soon("the application does not take connections yet");
            case "starting", "ending", "backoff", "frozen", "stopping" ->
                Availability.soon("the application is " + state);
            default -> Availability.down("the application is " + state);
        };
    }
}
