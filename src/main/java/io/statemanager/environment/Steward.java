package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands.Restore;
import io.statemanager.bus.CheckpointCommands.Restored;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.ConfigCommands.Applied;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.bus.StatusCommands.Readiness;
import io.statemanager.bus.StatusCommands.Status;
import io.statemanager.bus.StatusCommands.Stopped;
import io.statemanager.config.Configuration;
import io.statemanager.config.EnvironmentCommands.Adopt;
import io.statemanager.config.EnvironmentCommands.Configure;
import io.statemanager.config.Stack;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the environment's phase and lets one operation at a time change it. Confined to the environment verticle's context.
 *
 * <p>A configured environment is taken over in a loop until it is owned and settled ({@link Mandate}); a lease that is lost starts the loop
 * again. Nothing here touches the store, the tree or a process itself.
 */
final class Steward {
    private static final Logger LOG = LoggerFactory.getLogger(Steward.class);
    private static final String RELEASED = "the lease was released by command; lease acquire takes it again";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Bus bus;
    private final Collaborators with;
    private final Work work;
    private final StateFile state;
    private final Mandate mandate;
    private final Reservation reservation;
    private final List<String> warnings;

    private Configuration configuration;
    private Tenure tenure;
    private Phase phase = Phase.busy(Phase.Name.STARTING, null);
    private String lastError;
    private boolean stopping;

    Steward(Vertx vertx, Collaborators with, List<String> warnings) {
        this.bus = with.bus();
        this.with = with;
        this.work = new Work(vertx);
        this.state = new StateFile(with.dataDir());
        this.mandate = new Mandate(vertx, with, work, state, this::become);
        this.reservation = new Reservation(vertx, bus);
        this.warnings = warnings;
    }

    // ---- beginning ----

    void begin(Configuration loaded, Adopt adopt) {
        configuration = loaded;
        Future<?> begun = bus.request(ProcessCommands.END_FORMER, NOTHING)
                .compose(ended ->
                        bus.request(ProcessCommands.APPLY, with.processes().apply(loaded)))
                .compose(applied -> loaded == null ? runUnconfigured() : takeOverUnlessReleased(loaded, adopt));
        begun.onFailure(failure -> fail("starting", failure));
    }

    private Future<Nothing> runUnconfigured() {
        become(Phase.idle(Phase.Name.UNCONFIGURED, null));
        return bus.request(ProcessCommands.START_ALL, NOTHING);
    }

    private Future<Nothing> takeOverUnlessReleased(Configuration loaded, Adopt adopt) {
        return work.call(() -> state.get().released()).compose(released -> {
            if (released) {
                become(Phase.idle(Phase.Name.RELEASED, RELEASED));
                return bus.request(LeaseCommands.LEAVE, new LeaseCommands.Leave("released", null));
            }
            takeOver(terms(loaded, adopt, true, false));
            return Future.succeededFuture(NOTHING);
        });
    }

    private Terms terms(Configuration of, Adopt adopt, boolean patient, boolean probe) {
        return new Terms(of, with.dataDir(), with.owner(), adopt, patient, probe);
    }

    private Future<Tenure> takeOver(Terms terms) {
        return mandate.untilOwned(terms).onSuccess(owned -> {
            tenure = owned;
            lastError = null;
            become(Phase.idle(Phase.Name.RUNNING, null));
        });
    }

    // ---- operations ----

    Future<Applied> configure(Configure request, Call call) {
        if (configuration != null) {
            return refused(
                    FailureCode.ALREADY_CONFIGURED,
                    "the manager is configured already; use replace to save another configuration");
        }
        Phase before = phase;
        return exclusive(Phase.busy(Phase.Name.SETTLING, "a configuration is being applied"), () -> {
            Terms terms = terms(request.configuration(), request.adopt(), false, request.verify());
            return mandate.once(terms, true, call)
                    .compose(owned -> {
                        configuration = request.configuration();
                        tenure = owned;
                        return bus.request(
                                        ProcessCommands.APPLY, with.processes().apply(configuration))
                                .compose(done -> bus.request(ProcessCommands.START_ALL, NOTHING))
                                .map(done -> applied(owned));
                    })
                    .onSuccess(done -> become(Phase.idle(Phase.Name.RUNNING, null)))
                    .onFailure(failure -> become(before));
        });
    }

    private static Applied applied(Tenure owned) {
        Configuration in = owned.terms().configuration();
        return new Applied(
                "success",
                true,
                in.name(),
                in.stacks().stream().map(Stack::text).toList(),
                owned.how(),
                owned.restored(),
                null,
                mandateWarnings(in));
    }

    private static List<String> mandateWarnings(Configuration in) {
        return in.storage().password() == null
                ? List.of("the repository has an empty password: anybody who can read the bucket can read the files")
                : List.of();
    }

    Future<Restored> restore(Restore request, Call call) {
        String id = request.id() != null ? request.id() : request.checkpointId();
        if (id == null || id.isEmpty()) {
            return Future.failedFuture(CommandException.invalid(
                    FailureCode.INVALID_REQUEST, List.of(new Fault("checkpoint_id", "Checkpoint ID is required"))));
        }
        return owned().compose(owner -> exclusive(Phase.busy(Phase.Name.RESTORING, "restoring " + id), () -> {
            Restoration restoration = new Restoration(bus, work, state, owner, with.ticker(), call);
            return reservation
                    .hold("restore", () -> restoration.run(id))
                    .onSuccess(done -> become(Phase.idle(Phase.Name.RUNNING, null)))
                    .onFailure(failure -> afterFailedRestore(restoration, failure));
        }));
    }

    private void afterFailedRestore(Restoration restoration, Throwable failure) {
        lastError = failure.getMessage();
        if (tenure == null) {
            return;
        }
        become(
                restoration.isTorn()
                        ? Phase.idle(
                                Phase.Name.TORN,
                                "a restore was not finished: " + failure.getMessage()
                                        + "; restore again, or restart the manager")
                        : Phase.idle(Phase.Name.RUNNING, null));
    }

    Future<LeaseCommands.Released> release(Call call) {
        if (configuration == null) {
            return refused(FailureCode.NOT_CONFIGURED, "the manager is not configured");
        }
        if (!configuration.has(Stack.LEASER)) {
            return refused(FailureCode.NO_ACTIVE_LEASER, "No active leaser component");
        }
        if (phase.name() == Phase.Name.RELEASED) {
            return Future.succeededFuture(new LeaseCommands.Released("success", "released", null));
        }
        return owned().compose(owner -> exclusive(
                Phase.busy(Phase.Name.RELEASING, "giving the lease back"),
                () -> reservation
                        .hold(
                                "release",
                                () -> new Departure(bus, owner, call)
                                        .run("before the lease was released")
                                        .compose(id -> work.call(() -> state.change(s -> s.released(true)))
                                                .map(id)))
                        .map(id -> {
                            tenure = null;
                            become(Phase.idle(
                                    Phase.Name.RELEASED,
                                    "the lease was released by command; lease acquire takes it again"));
                            return new LeaseCommands.Released("success", "released", id);
                        })
                        .onFailure(failure -> afterFailedRelease(failure))));
    }

    /** The lease is kept; the processes run again. */
    private void afterFailedRelease(Throwable failure) {
        lastError = failure.getMessage();
        if (tenure != null) {
            bus.request(ProcessCommands.START_ALL, NOTHING)
                    .onComplete(done -> become(Phase.idle(Phase.Name.RUNNING, null)));
        }
    }

    Future<LeaseCommands.Acquired> acquire(Call call) {
        if (configuration == null) {
            return refused(FailureCode.NOT_CONFIGURED, "the manager is not configured");
        }
        if (!configuration.has(Stack.LEASER)) {
            return refused(FailureCode.NO_ACTIVE_LEASER, "No active leaser component");
        }
        if (tenure != null) {
            return Future.succeededFuture(
                    new LeaseCommands.Acquired("success", "held", tenure.owned().generation()));
        }
        Phase before = phase;
        return exclusive(
                Phase.busy(Phase.Name.SETTLING, "acquiring the lease"),
                () -> mandate.once(terms(configuration, null, false, false), false, call)
                        .compose(owner -> {
                            tenure = owner;
                            return bus.request(ProcessCommands.START_ALL, NOTHING);
                        })
                        .map(done -> {
                            become(Phase.idle(Phase.Name.RUNNING, null));
                            return new LeaseCommands.Acquired(
                                    "success", "held", tenure.owned().generation());
                        })
                        .onFailure(failure -> become(before)));
    }

    // ---- what happens to it ----

    Future<Void> committed(String id) {
        return tenure == null
                ? refused(FailureCode.LEASE_LOST, "the environment is not owned any more")
                : work.run(() -> state.change(s -> s.committed(id)));
    }

    /** The processes are gone already; whatever was under way fails at the closed gate. */
    Future<Void> lost(String reason) {
        LOG.atError().addKeyValue("reason", reason).log("Another owner is there: beginning again with the state rules");
        lastError = reason;
        tenure = null;
        if (stopping || configuration == null) {
            return Future.succeededFuture();
        }
        Terms terms = terms(configuration, null, true, false);
        become(Phase.busy(Phase.Name.WAITING, reason));
        Departure.closeFeatures(bus, terms).onComplete(done -> takeOver(terms));
        return Future.succeededFuture();
    }

    /** Stops in order within a limit; an operation that is under way is waited for. */
    Future<Stopped> stop(long limitMs) {
        stopping = true;
        mandate.giveUp();
        Tenure owner = tenure;
        become(Phase.busy(Phase.Name.STOPPING, null));
        Future<Stopped> orderly = owner == null
                ? bus.request(ProcessCommands.STOP_ALL, NOTHING)
                        .compose(done -> bus.request(LeaseCommands.LEAVE, new LeaseCommands.Leave("none", null)))
                        .map(new Stopped(true, null))
                : reservation
                        .holdPatiently("stop", () -> new Departure(bus, owner, null).run("at the manager's stop"))
                        .map(id -> new Stopped(true, null))
                        .recover(failure -> Future.succeededFuture(new Stopped(false, failure.getMessage())));
        return orderly.timeout(Math.max(1, limitMs), java.util.concurrent.TimeUnit.MILLISECONDS)
                .recover(failure -> bus.request(ProcessCommands.KILL_ALL, NOTHING)
                        .transform(done -> Future.succeededFuture(new Stopped(
                                owner == null, "the stop did not end within its limit; the lease is left to expire"))));
    }

    Future<Void> close() {
        return work.close();
    }

    // ---- what it looks like ----

    Future<Status> status() {
        Phase now = shown();
        return new StatusReport(with).make(configuration, now, readiness().ready(), lastError, warnings);
    }

    private Phase shown() {
        return phase.busy() && mandate.reason() != null ? Phase.busy(phase.name(), mandate.reason()) : phase;
    }

    Readiness readiness() {
        boolean ready = phase.name() == Phase.Name.RUNNING || phase.name() == Phase.Name.UNCONFIGURED;
        return new Readiness(ready, phase.name().text(), phase.reason());
    }

    private Future<Tenure> owned() {
        if (configuration == null) {
            return refused(FailureCode.NOT_CONFIGURED, "the manager is not configured");
        }
        if (tenure == null) {
            String why =
                    phase.reason() == null ? phase.name().text() : phase.name().text() + ": " + phase.reason();
            return refused(FailureCode.NOT_OWNER, "the environment is not owned by this machine (" + why + ")");
        }
        return Future.succeededFuture(tenure);
    }

    private <T> Future<T> exclusive(Phase during, Supplier<Future<T>> operation) {
        if (phase.busy() || stopping) {
            return Future.failedFuture(CommandException.of(
                            FailureCode.OPERATION_IN_PROGRESS,
                            "the environment is " + phase.name().text() + "; try again when that has ended")
                    .retryAfter(RETRY_AFTER));
        }
        become(during);
        return operation.get();
    }

    private void become(Phase next) {
        if (stopping && next.name() != Phase.Name.STOPPING) {
            return;
        }
        boolean changed = next.name() != phase.name();
        phase = next;
        if (changed) {
            with.events().publish("state", "state." + next.name().text(), node -> node.put("reason", next.reason()));
        }
    }

    private void fail(String what, Throwable failure) {
        lastError = failure.getMessage();
        LOG.atError().setCause(failure).addKeyValue("step", what).log("The environment failed");
        become(Phase.idle(Phase.Name.FAILED, failure.getMessage()));
    }

    private static <T> Future<T> refused(FailureCode code, String detail) {
        return Future.failedFuture(CommandException.of(code, detail));
    }
}
