package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.bus.StatusCommands.Readiness;
import io.statemanager.bus.StatusCommands.Status;
import io.statemanager.bus.StatusCommands.Stopped;
import io.statemanager.config.Configuration;
import io.statemanager.config.Defaults;
import io.statemanager.config.EnvironmentCommands.Adopt;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the environment's phase and lets one operation at a time change it. Confined to the environment verticle's context.
 *
 * <p>A configured environment is taken over in a loop until it is owned and settled ({@link Mandate}). Whatever ends a tenure (a lease that was
 * lost, an operation that failed past its point of no return) leads back into that loop, which knows how to go on from any state on disk and in the
 * store. Nothing here touches the store, the tree or a process itself.
 */
final class Steward {
    private static final Logger LOG = LoggerFactory.getLogger(Steward.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final long BEGIN_AGAIN_MS = 5_000;
    static final String RELEASED = "the lease was released by command; lease acquire takes it again";

    private final Vertx vertx;
    private final Bus bus;
    private final Collaborators with;
    private final Work work;
    private final StateFile state;
    private final Mandate mandate;
    private final Reservation reservation;
    private final Operations operations;
    private final AutoCheckpoints automatic;
    private final List<String> warnings;

    private Configuration configuration;
    private Tenure tenure;
    private Future<?> operation = Future.succeededFuture();
    private Phase phase = Phase.busy(Phase.Name.STARTING, null);
    private String leaseState = "none";
    private String lastError;
    private boolean stopping;

    Steward(Vertx vertx, Collaborators with, List<String> warnings) {
        this.vertx = vertx;
        this.bus = with.bus();
        this.with = with;
        this.work = new Work(vertx);
        this.state = new StateFile(with.dataDir());
        this.mandate = new Mandate(vertx, with, work, state, this::become);
        this.reservation = new Reservation(vertx, bus);
        this.automatic =
                new AutoCheckpoints(vertx, bus, reservation, () -> tenure != null && !phase.busy() && !stopping);
        this.operations = new Operations(this, bus, work, state, mandate, reservation, with.stores(), with.ticker());
        this.warnings = warnings;
        vertx.eventBus().<JsonObject>localConsumer("event.lease", event -> leaseSays(event.body()));
    }

    private void leaseSays(JsonObject event) {
        leaseState = event.getString("type").replaceFirst("^lease\\.", "");
        if (leaseState.equals("waiting")) {
            mandate.waiting(event.getString("reason"));
        }
    }

    // ---- beginning ----

    void begin(Configuration loaded, Adopt adopt) {
        configuration = loaded;
        bus.request(ProcessCommands.END_FORMER, NOTHING)
                .compose(ended ->
                        bus.request(ProcessCommands.APPLY, with.processes().apply(loaded)))
                .compose(applied -> loaded == null ? runUnconfigured() : takeOverUnlessReleased(adopt))
                .onFailure(failure -> {
                    // Nothing may begin beside processes of a former incarnation, so this is tried for ever.
                    lastError = failure.getMessage();
                    LOG.atError().addKeyValue("reason", lastError).log("The environment cannot begin yet");
                    become(Phase.busy(Phase.Name.STARTING, lastError));
                    vertx.setTimer(BEGIN_AGAIN_MS, tick -> {
                        if (!stopping) {
                            begin(loaded, adopt);
                        }
                    });
                });
    }

    /** The directory that the processes are told of is there, also before anything is configured. */
    private Future<Nothing> runUnconfigured() {
        become(Phase.idle(Phase.Name.UNCONFIGURED, null));
        LocalTree tree = new LocalTree(with.dataDir().resolve(Defaults.ENV_DIR), with.dataDir());
        return work.run(tree::create).compose(done -> bus.request(ProcessCommands.START_ALL, NOTHING));
    }

    private Future<Nothing> takeOverUnlessReleased(Adopt adopt) {
        return work.call(() -> state.get().released()).compose(released -> {
            if (released) {
                become(Phase.idle(Phase.Name.RELEASED, RELEASED));
                return bus.request(LeaseCommands.LEAVE, new LeaseCommands.Leave("released", null));
            }
            takeOver(adopt);
            return Future.succeededFuture(NOTHING);
        });
    }

    Terms terms(Configuration of, Adopt adopt, boolean patient, boolean probe) {
        return new Terms(of, with.dataDir(), with.owner(), adopt, patient, probe);
    }

    private void takeOver(Adopt adopt) {
        mandate.untilOwned(terms(configuration, adopt, true, true)).onSuccess(this::runs);
    }

    void runs(Tenure owned) {
        tenure = owned;
        lastError = null;
        LOG.atInfo()
                .addKeyValue("environment", owned.terms().configuration().name())
                .addKeyValue("generation", owned.owned().generation())
                .addKeyValue("state", owned.how())
                .addKeyValue("checkpoint", owned.restored() == null ? "-" : owned.restored())
                .log("The environment is ours");
        become(Phase.idle(Phase.Name.RUNNING, null));
        automatic.begin();
    }

    /** Ends the tenure and goes on like at a start. */
    void beginAgain(String reason, Adopt adopt) {
        lastError = reason;
        tenure = null;
        if (stopping) {
            return;
        }
        LOG.atWarn().addKeyValue("reason", reason).log("Beginning again with the state rules");
        become(Phase.busy(Phase.Name.WAITING, reason));
        bus.request(ProcessCommands.KILL_ALL, NOTHING)
                .transform(done -> Departure.closeFeatures(bus, terms(configuration, null, true, true)))
                .transform(done -> bus.request(LeaseCommands.LEAVE, new LeaseCommands.Leave("none", reason)))
                .onComplete(done -> takeOver(adopt));
    }

    void goOn(Tenure owner) {
        if (owner.equals(tenure)) {
            become(Phase.idle(Phase.Name.RUNNING, null));
        }
    }

    // ---- what operations see and change ----

    Operations operations() {
        return operations;
    }

    Configuration configuration() {
        return configuration;
    }

    void configure(Configuration applied) {
        configuration = applied;
    }

    Tenure tenure() {
        return tenure;
    }

    void endTenure() {
        tenure = null;
    }

    Phase phase() {
        return phase;
    }

    void failed(String reason) {
        lastError = reason;
    }

    // ---- what happens to it ----

    Future<Void> committed(String id) {
        return tenure == null && phase.name() != Phase.Name.SETTLING
                ? refused(FailureCode.LEASE_LOST, "the environment is not owned any more")
                : work.run(() -> state.change(s -> s.committed(id)));
    }

    /** Starts what {@code on_lease_loss: stop} had killed, where the environment is at rest; an operation starts them itself. */
    Future<Void> resumed(long generation) {
        boolean rests = tenure != null && tenure.owned().generation() == generation && !phase.busy();
        return rests
                ? bus.request(LeaseCommands.LAUNCH, new LeaseCommands.Launch(generation))
                        .mapEmpty()
                : Future.succeededFuture();
    }

    /** Of a generation that runs here; one that is only being taken over fails by itself at its next step. */
    Future<Void> lost(LeaseCommands.Lost lost) {
        if (tenure == null || tenure.owned().generation() != lost.generation()) {
            return Future.succeededFuture();
        }
        tenure = null;
        lastError = lost.reason();
        operation.onComplete(done -> beginAgain(lost.reason(), null));
        return Future.succeededFuture();
    }

    /** Stops in order within a limit; an operation that is under way is waited for. */
    Future<Stopped> stop(long limitMs) {
        stopping = true;
        boolean settling = phase.name() == Phase.Name.SETTLING;
        mandate.giveUp();
        phase = Phase.busy(Phase.Name.STOPPING, null);
        return operation
                .transform(done -> leave(settling))
                .timeout(Math.max(1, limitMs), TimeUnit.MILLISECONDS)
                .recover(failure -> abandon("the stop did not end in order: " + failure.getMessage()));
    }

    private Future<Stopped> leave(boolean settling) {
        Tenure owner = tenure;
        if (owner == null) {
            return bus.request(ProcessCommands.STOP_ALL, NOTHING)
                    .compose(done -> bus.request(LeaseCommands.LEAVE, new LeaseCommands.Leave("none", null)))
                    .map(new Stopped(!settling, settling ? "it was stopped before the state was settled" : null));
        }
        Departure departure = new Departure(bus, owner, null, Future::succeededFuture);
        return reservation
                .holdPatiently("stop", () -> departure.run("at the manager's stop"))
                .map(id -> new Stopped(true, null));
    }

    private Future<Stopped> abandon(String reason) {
        return bus.request(ProcessCommands.KILL_ALL, NOTHING)
                .transform(done -> bus.request(LeaseCommands.LEAVE, new LeaseCommands.Leave("none", reason)))
                .transform(done -> Future.succeededFuture(
                        new Stopped(configuration == null, reason + "; the lease is left to expire")));
    }

    Future<Void> close() {
        return work.close();
    }

    // ---- what it looks like ----

    Future<Status> status() {
        return new StatusReport(with).make(configuration, shown(), readiness().ready(), lastError, warnings);
    }

    Phase shown() {
        return phase.name() == Phase.Name.WAITING ? Phase.busy(phase.name(), mandate.reason()) : phase;
    }

    Readiness readiness() {
        Phase now = shown();
        boolean frozen = now.name() == Phase.Name.RUNNING && leaseState.equals("frozen");
        boolean ready = !frozen && (now.name() == Phase.Name.RUNNING || now.name() == Phase.Name.UNCONFIGURED);
        return new Readiness(ready, frozen ? "frozen" : now.name().text(), now.reason());
    }

    <T> Future<T> exclusive(Phase during, Supplier<Future<T>> work) {
        if (phase.busy() || stopping) {
            return Future.failedFuture(CommandException.of(
                            FailureCode.OPERATION_IN_PROGRESS,
                            "the environment is " + phase.name().text() + "; try again when that has ended")
                    .retryAfter(RETRY_AFTER));
        }
        become(during);
        Future<T> running = work.get();
        operation = running;
        return running;
    }

    void become(Phase next) {
        if (stopping) {
            return;
        }
        boolean changed = next.name() != phase.name();
        phase = next;
        if (changed) {
            with.events().publish("state", "state." + next.name().text(), node -> node.put("reason", next.reason()));
        }
    }

    static <T> Future<T> refused(FailureCode code, String detail) {
        return Future.failedFuture(CommandException.of(code, detail));
    }
}
