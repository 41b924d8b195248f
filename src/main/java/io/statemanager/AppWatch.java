package io.statemanager;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.bus.ProcessCommands.ProcessView;
import io.statemanager.proxy.Availability;
import io.statemanager.storage.LeaseGate;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/**
 * What the proxy asks at each request, kept up to date by events: whether the application is up, and whether we may serve it. Answers from memory
 * on any thread; the lease's deadline is compared at the moment of asking.
 */
final class AppWatch {
    private static final String APP = "app";
    private static final Set<String> OWNING = Set.of("lease.acquired", "lease.held", "lease.frozen");

    private final Bus bus;
    private final LeaseGate gate;
    private volatile boolean owning;
    private volatile Availability app = Availability.soon("the manager is starting");

    /** @param hasCommand whether there is a process {@code app}; without one the target is somebody else's and always tried */
    AppWatch(Vertx vertx, Bus bus, LeaseGate gate, boolean hasCommand) {
        this.bus = bus;
        this.gate = gate;
        vertx.eventBus()
                .<JsonObject>localConsumer(
                        "event.lease",
                        event -> owning = OWNING.contains(event.body().getString("type")));
        if (hasCommand) {
            vertx.eventBus().<JsonObject>localConsumer("event.process", event -> look());
        } else {
            app = Availability.up();
        }
    }

    /** False while a lease is counted on and its deadline has come; without a lease the processes themselves tell. */
    boolean mayServe() {
        return !owning || gate.isOpen();
    }

    Availability availability() {
        return app;
    }

    private void look() {
        bus.request(ProcessCommands.LIST, NOTHING)
                .onSuccess(list -> list.processes().stream()
                        .filter(process -> process.name().equals(APP))
                        .findFirst()
                        .ifPresent(process -> app = of(process)));
    }

    private static Availability of(ProcessView process) {
        return switch (process.state()) {
            case "running" -> Availability.up();
            case "starting", "backoff", "frozen", "stopping" ->
                Availability.soon("the application is " + process.state());
            default -> Availability.down("the application is " + process.state());
        };
    }
}
