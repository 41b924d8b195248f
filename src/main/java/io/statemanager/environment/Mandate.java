package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.ConfigCommands;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.config.CurrentConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries takeovers, each up to processes that run by right of the lease: once for a command that waits for the outcome, or again and again until
 * the environment is owned. What a failed attempt took is given back before the next one, which starts from what is on disk and in the store,
 * like a restart.
 *
 * <p>Confined to the environment verticle's context; one attempt at a time, by number: whatever belongs to an earlier one has no effect.
 */
final class Mandate {
    private static final Logger LOG = LoggerFactory.getLogger(Mandate.class);
    private static final long FIRST_DELAY_MS = 1_000;
    private static final long MAX_DELAY_MS = 15_000;
    private static final long HOPELESS_DELAY_MS = 300_000;

    /** What another attempt a second later will meet again; each attempt costs a generation. */
    private static final Set<FailureCode> HOPELESS = EnumSet.of(
            FailureCode.WRONG_PASSWORD,
            FailureCode.WRONG_ENVIRONMENT,
            FailureCode.REPOSITORY_DAMAGED,
            FailureCode.REPLICA_DAMAGED,
            FailureCode.STORE_CANNOT_FENCE);

    private static final Set<FailureCode> UNREACHABLE =
            EnumSet.of(FailureCode.STORE_UNREACHABLE, FailureCode.STORE_FAILED);

    private static final String ASKING = "asking the store who owns the environment";

    private final Vertx vertx;
    private final Collaborators with;
    private final Bus bus;
    private final Work work;
    private final StateFile state;
    private final Consumer<Phase> become;

    private String reason = ASKING;
    private long current;
    private boolean unowned;
    private boolean saved;

    Mandate(Vertx vertx, Collaborators with, Work work, StateFile state, Consumer<Phase> become) {
        this.vertx = vertx;
        this.with = with;
        this.bus = with.bus();
        this.work = work;
        this.state = state;
        this.become = become;
    }

    /** Why the attempt that is under way has not succeeded yet. */
    String reason() {
        return reason;
    }

    /** What the lease says of the wait. */
    void waiting(String why) {
        if (!why.equals(reason)) {
            LOG.atInfo().addKeyValue("reason", why).log("Waiting for the lease");
        }
        reason = why;
    }

    /** No further attempt begins, and the one under way starts no process. */
    void giveUp() {
        current++;
    }

    /** Whether the last attempt that applied a configuration got past the point of no return. */
    boolean saved() {
        return saved;
    }

    /** One attempt. With {@code applying} the configuration is saved at the point of no return. */
    Future<Tenure> once(Terms terms, boolean applying, Call call) {
        long mine = ++current;
        saved = false;
        Supplier<Future<Nothing>> beforeChange = () -> stopProcesses()
                .compose(done -> applying ? save() : Future.succeededFuture(NOTHING))
                .compose(done -> work.call(() -> state.change(s -> s.released(false))))
                .map(NOTHING);
        Takeover takeover = new Takeover(bus, work, with.stores(), state, terms, beforeChange, call);
        return takeover.run()
                .compose(tenure -> launch(tenure, mine))
                .recover(failure -> giveBack(terms, takeover, failure).transform(done -> {
                    // Processes of an unconfigured manager run on when its configuration is refused; never on a tree
                    // that was touched.
                    Future<?> again = applying && !saved
                            ? bus.request(ProcessCommands.START_ALL, NOTHING)
                            : Future.succeededFuture();
                    return again.transform(started -> Future.failedFuture(failure));
                }));
    }

    private Future<Nothing> save() {
        return bus.request(ConfigCommands.SAVE, NOTHING).onSuccess(done -> saved = true);
    }

    /** Attempts until one succeeds. */
    Future<Tenure> untilOwned(Terms terms) {
        Promise<Tenure> owned = Promise.promise();
        attempt(++current, terms, FIRST_DELAY_MS, owned);
        return owned.future();
    }

    private void attempt(long mine, Terms terms, long delayMs, Promise<Tenure> owned) {
        become.accept(Phase.busy(Phase.Name.WAITING, null));
        Takeover takeover = new Takeover(
                bus, work, with.stores(), state, unowned ? terms.impatient() : terms, this::settling, null);
        takeover.run()
                .compose(tenure -> launch(tenure, mine))
                .onSuccess(tenure -> {
                    reason = ASKING;
                    unowned = false;
                    owned.complete(tenure);
                })
                .onFailure(failure -> giveBack(terms, takeover, failure)
                        .onComplete(done -> again(mine, terms, delayMs, owned, takeover, failure)));
    }

    /** The settled environment's processes, by right of the lease; afterwards users' checkpoints are let in. */
    private Future<Tenure> launch(Tenure tenure, long mine) {
        if (mine != current) {
            return Future.failedFuture(
                    CommandException.of(FailureCode.UNAVAILABLE, "the takeover was given up meanwhile"));
        }
        // A reload may have changed them since the terms were made.
        return bus.request(CurrentConfig.COMMAND, NOTHING)
                .map(current -> current.configuration().orElse(tenure.terms().configuration()))
                .compose(now ->
                        bus.request(ProcessCommands.APPLY, with.processes().apply(now)))
                .compose(done -> bus.request(
                        LeaseCommands.LAUNCH,
                        new LeaseCommands.Launch(tenure.owned().generation())))
                .compose(done -> bus.request(
                        CheckpointCommands.RESERVE,
                        CheckpointCommands.Reserve.lift(tenure.owned().nonce())))
                .map(tenure);
    }

    private Future<Nothing> settling() {
        become.accept(Phase.busy(Phase.Name.SETTLING, null));
        return stopProcesses();
    }

    private Future<Nothing> stopProcesses() {
        return bus.request(ProcessCommands.STOP_ALL, NOTHING);
    }

    private void again(
            long mine, Terms terms, long delayMs, Promise<Tenure> owned, Takeover takeover, Throwable failure) {
        if (mine != current) {
            return;
        }
        CommandException known = CommandException.from(failure);
        reason = known.detailWithHint();
        LOG.atWarn().addKeyValue("reason", reason).log("The environment is not ours yet");
        if (known.code() == FailureCode.ENVIRONMENT_NOT_EMPTY) {
            become.accept(Phase.idle(Phase.Name.BLOCKED, reason + "; restart with --adopt local or --adopt remote"));
            return;
        }
        boolean hopeless = HOPELESS.contains(known.code());
        become.accept(hopeless ? Phase.idle(Phase.Name.FAILED, reason) : Phase.busy(Phase.Name.WAITING, reason));
        withoutLease(terms, takeover, known);
        long wait = hopeless ? HOPELESS_DELAY_MS : delayMs;
        vertx.setTimer(wait, tick -> {
            if (mine == current) {
                attempt(mine, terms, Math.min(MAX_DELAY_MS, delayMs * 2), owned);
            }
        });
    }

    /**
     * {@code start_without_lease}: processes start where the store cannot be reached, nothing was taken and the tree is whole; they are killed as
     * soon as somebody else is seen to own the environment.
     */
    private void withoutLease(Terms terms, Takeover takeover, CommandException failure) {
        if (unowned && failure.code() == FailureCode.LEASE_HELD) {
            unowned = false;
            bus.request(ProcessCommands.KILL_ALL, NOTHING)
                    .onFailure(e -> LOG.error("The processes were not killed", e));
            return;
        }
        boolean may = terms.configuration().lease().startWithoutLease()
                && !unowned
                && !takeover.tookLease()
                && UNREACHABLE.contains(failure.code());
        if (may) {
            work.call(() -> state.get().content() != null
                            && !state.get().torn()
                            && new Journal(terms.dataDir()).read() == null)
                    .onSuccess(whole -> startUnowned(whole));
        }
    }

    private void startUnowned(boolean whole) {
        if (!whole) {
            LOG.warn("start_without_lease: the processes wait all the same, since the tree is not known to be whole");
            return;
        }
        unowned = true;
        LOG.warn(
                "start_without_lease: the processes start although the owner is unknown; nothing is durable meanwhile");
        bus.request(ProcessCommands.START_ALL, NOTHING).onFailure(e -> LOG.error("The processes did not start", e));
    }

    /** Gives back what a failed attempt took: processes, features, and a lease that was not to be kept. */
    private Future<?> giveBack(Terms terms, Takeover takeover, Throwable failure) {
        FailureCode code = CommandException.from(failure).code();
        boolean notEmpty = code == FailureCode.ENVIRONMENT_NOT_EMPTY;
        boolean free = takeover.tookLease() && !saved && (notEmpty || !terms.patient());
        Future<?> stopped = takeover.tookLease() && (terms.patient() || saved)
                ? bus.request(ProcessCommands.KILL_ALL, NOTHING)
                : Future.succeededFuture();
        return stopped.transform(done -> Departure.closeFeatures(bus, terms))
                .transform(done -> free ? bus.request(LeaseCommands.FREE, NOTHING) : Future.succeededFuture())
                .transform(done -> bus.request(
                        LeaseCommands.LEAVE,
                        new LeaseCommands.Leave(notEmpty ? "blocked" : "none", failure.getMessage())))
                .transform(done ->
                        notEmpty ? work.call(() -> state.change(StateDocument::unbound)) : Future.succeededFuture())
                .transform(done -> terms.patient() || saved
                        ? Future.succeededFuture()
                        : with.stores().close())
                .transform(done -> Future.succeededFuture());
    }
}
