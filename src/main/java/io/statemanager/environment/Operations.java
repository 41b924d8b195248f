package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands.Restore;
import io.statemanager.bus.CheckpointCommands.Restored;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.ConfigCommands.Applied;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.Nothing;
import io.statemanager.config.EnvironmentCommands.Configure;
import io.statemanager.config.Stack;
import io.statemanager.runtime.Ticker;
import io.vertx.core.Future;
import java.util.List;

/**
 * What users ask of the environment, one at a time: configure, restore, release, acquire. Each begins from the steward's phase, sets it for as long
 * as it runs, and says in what phase it leaves the environment, also where it fails. Confined to the environment verticle's context.
 */
final class Operations {
    private final Steward steward;
    private final Bus bus;
    private final Work work;
    private final StateFile state;
    private final Mandate mandate;
    private final Reservation reservation;
    private final Ticker ticker;
    private final DatabaseRestores databases;

    Operations(
            Steward steward,
            Bus bus,
            Work work,
            StateFile state,
            Mandate mandate,
            Reservation reservation,
            Stores stores,
            Ticker ticker) {
        this.steward = steward;
        this.bus = bus;
        this.work = work;
        this.state = state;
        this.mandate = mandate;
        this.reservation = reservation;
        this.ticker = ticker;
        this.databases = new DatabaseRestores(bus, work, stores, ticker);
    }

    Future<Applied> configure(Configure request, Call call) {
        if (steward.configuration() != null) {
            return Steward.refused(
                    FailureCode.ALREADY_CONFIGURED,
                    "the manager is configured already; use replace to save another configuration");
        }
        return steward.exclusive(
                Phase.busy(Phase.Name.SETTLING, "a configuration is being applied"),
                () -> mandate.once(
                                steward.terms(request.configuration(), request.adopt(), false, request.verify()),
                                true,
                                call)
                        .map(owned -> {
                            steward.configure(request.configuration());
                            steward.runs(owned);
                            return Answers.applied(owned);
                        })
                        .onFailure(failure -> afterFailedConfigure(request, failure)));
    }

    /** What was saved is in force, whatever failed afterwards. */
    private void afterFailedConfigure(Configure request, Throwable failure) {
        if (mandate.saved()) {
            steward.configure(request.configuration());
            steward.beginAgain(failure.getMessage(), request.adopt());
        } else {
            steward.become(Phase.idle(Phase.Name.UNCONFIGURED, null));
        }
    }

    Future<Restored> restore(Restore request, Call call) {
        String id = request.id() != null ? request.id() : request.checkpointId();
        if (id == null) {
            return Future.failedFuture(CommandException.invalid(
                    FailureCode.INVALID_REQUEST, List.of(new Fault("checkpoint_id", "Checkpoint ID is required"))));
        }
        return owned().compose(owner -> {
            CheckpointTarget target = new CheckpointTarget(bus, id);
            return restore(owner, target, call)
                    .map(outcome -> target.answer(outcome, owner.terms().has(Stack.FILES)));
        });
    }

    /** One database, to a new file beside everything that goes on, or in place. */
    Future<DatabaseCommands.Restored> restoreDatabase(DatabaseCommands.Restore request, Call call) {
        return owned().compose(owner ->
                databases.run(owner, request, call, found -> restore(owner, new DatabaseTarget(bus, found), call)));
    }

    private Future<Restoration.Outcome> restore(Tenure owner, RestoreTarget target, Call call) {
        return steward.exclusive(Phase.busy(Phase.Name.RESTORING, "restoring " + target.name()), () -> {
            Restoration restoration = new Restoration(
                    target, bus, work, state, owner, ticker, call, () -> owner.equals(steward.tenure()));
            return reservation
                    .hold("restore", restoration::run)
                    .onSuccess(done -> steward.goOn(owner))
                    .onFailure(failure -> afterFailedRestore(owner, restoration, failure));
        });
    }

    private void afterFailedRestore(Tenure owner, Restoration restoration, Throwable failure) {
        steward.failed(failure.getMessage());
        if (owner.equals(steward.tenure()) && restoration.isCommitting()) {
            steward.beginAgain("a restore was not finished: " + failure.getMessage(), null);
        } else {
            steward.goOn(owner);
        }
    }

    Future<LeaseCommands.Released> release(Call call) {
        return leased().compose(done -> {
            if (steward.phase().name() == Phase.Name.RELEASED) {
                return Future.succeededFuture(new LeaseCommands.Released("success", "released", null));
            }
            return owned().compose(owner -> steward.exclusive(
                    Phase.busy(Phase.Name.RELEASING, "giving the lease back"), () -> release(owner, call)));
        });
    }

    private Future<LeaseCommands.Released> release(Tenure owner, Call call) {
        // Remembered before the lease may be somebody else's, so that a crash in between does not take it back.
        Departure departure =
                new Departure(bus, owner, call, () -> work.call(() -> state.change(s -> s.released(true))));
        return reservation
                .hold("release", () -> departure.run("before the lease was released"))
                .map(id -> {
                    steward.endTenure();
                    steward.become(Phase.idle(Phase.Name.RELEASED, Steward.RELEASED));
                    return new LeaseCommands.Released("success", "released", id);
                })
                .recover(failure -> work.call(() -> state.change(s -> s.released(false)))
                        .transform(undone -> {
                            afterFailedRelease(owner, departure, failure);
                            return Future.failedFuture(failure);
                        }));
    }

    private void afterFailedRelease(Tenure owner, Departure departure, Throwable failure) {
        steward.failed(failure.getMessage());
        if (!owner.equals(steward.tenure())) {
            return;
        }
        if (departure.isLeaving()) {
            steward.beginAgain("the lease was not released: " + failure.getMessage(), null);
            return;
        }
        bus.request(LeaseCommands.LAUNCH, new LeaseCommands.Launch(owner.owned().generation()))
                .onComplete(done -> steward.goOn(owner));
    }

    Future<LeaseCommands.Acquired> acquire(Call call) {
        return leased().compose(done -> {
            if (steward.tenure() != null && !steward.phase().busy()) {
                return Future.succeededFuture(Answers.acquired(steward.tenure()));
            }
            Phase before = steward.phase();
            return steward.exclusive(
                    Phase.busy(Phase.Name.SETTLING, "acquiring the lease"),
                    () -> mandate.once(steward.terms(steward.configuration(), null, false, true), false, call)
                            .map(owner -> {
                                steward.runs(owner);
                                return Answers.acquired(owner);
                            })
                            .onFailure(failure -> steward.become(before)));
        });
    }

    private Future<Nothing> leased() {
        if (steward.configuration() == null) {
            return Steward.refused(FailureCode.NOT_CONFIGURED, "the manager is not configured");
        }
        return steward.configuration().has(Stack.LEASER)
                ? Future.succeededFuture(NOTHING)
                : Steward.refused(FailureCode.NO_ACTIVE_LEASER, "No active leaser component");
    }

    private Future<Tenure> owned() {
        if (steward.configuration() == null) {
            return Steward.refused(FailureCode.NOT_CONFIGURED, "the manager is not configured");
        }
        if (steward.tenure() == null) {
            Phase now = steward.shown();
            String why = now.reason() == null ? now.name().text() : now.name().text() + ": " + now.reason();
            return Steward.refused(FailureCode.NOT_OWNER, "the environment is not owned by this machine (" + why + ")");
        }
        return Future.succeededFuture(steward.tenure());
    }
}
