package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.ConfigCommands;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.ProcessCommands;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries takeovers: once for a command that waits for the outcome, or again and again until the environment is owned. What a failed attempt took
 * is given back before the next one, which starts from what is on disk and in the store, like a restart.
 *
 * <p>Confined to the environment verticle's context; one attempt at a time.
 */
final class Mandate {
    private static final Logger LOG = LoggerFactory.getLogger(Mandate.class);
    private static final long FIRST_DELAY_MS = 1_000;
    private static final long MAX_DELAY_MS = 15_000;

    private final Vertx vertx;
    private final Collaborators with;
    private final Bus bus;
    private final Work work;
    private final StateFile state;
    private final Consumer<Phase> become;

    private String reason;
    private boolean givenUp;
    private boolean unowned;

    Mandate(Vertx vertx, Collaborators with, Work work, StateFile state, Consumer<Phase> become) {
        this.vertx = vertx;
        this.with = with;
        this.bus = with.bus();
        this.work = work;
        this.state = state;
        this.become = become;
    }

    /** Why the attempt that is under way has not succeeded yet; null where there is nothing to say. */
    String reason() {
        return reason;
    }

    /** No further attempt begins. */
    void giveUp() {
        givenUp = true;
    }

    /** One attempt. With {@code applying} the configuration is saved at the point of no return. */
    Future<Tenure> once(Terms terms, boolean applying, Call call) {
        Supplier<Future<Nothing>> save = () -> stopProcesses()
                .compose(done -> applying ? bus.request(ConfigCommands.SAVE, NOTHING) : Future.succeededFuture(NOTHING))
                .compose(done -> work.call(() -> state.change(s -> s.released(false))))
                .map(NOTHING);
        return new Takeover(bus, work, with.stores(), state, terms, save, call)
                .run()
                .recover(failure -> giveBack(terms, failure).transform(done -> {
                    // Processes of an unconfigured manager run on when its configuration is refused.
                    Future<?> again =
                            applying ? bus.request(ProcessCommands.START_ALL, NOTHING) : Future.succeededFuture();
                    return again.transform(started -> Future.failedFuture(failure));
                }));
    }

    /** Attempts until one succeeds, then starts the processes. */
    Future<Tenure> untilOwned(Terms terms) {
        Promise<Tenure> owned = Promise.promise();
        attempt(terms, FIRST_DELAY_MS, owned);
        return owned.future();
    }

    private void attempt(Terms terms, long delayMs, Promise<Tenure> owned) {
        if (givenUp) {
            return;
        }
        become.accept(Phase.busy(Phase.Name.WAITING, null));
        new Takeover(bus, work, with.stores(), state, terms, this::settling, null)
                .run()
                .compose(tenure ->
                        bus.request(ProcessCommands.START_ALL, NOTHING).map(tenure))
                .onSuccess(tenure -> {
                    reason = null;
                    unowned = false;
                    owned.complete(tenure);
                })
                .onFailure(
                        failure -> giveBack(terms, failure).onComplete(done -> again(terms, delayMs, owned, failure)));
    }

    private Future<Nothing> settling() {
        become.accept(Phase.busy(Phase.Name.SETTLING, null));
        return stopProcesses();
    }

    private Future<Nothing> stopProcesses() {
        return bus.request(ProcessCommands.STOP_ALL, NOTHING);
    }

    private void again(Terms terms, long delayMs, Promise<Tenure> owned, Throwable failure) {
        if (givenUp) {
            return;
        }
        CommandException known = CommandException.from(failure);
        reason = known.hint() == null ? known.detail() : known.detail() + "; " + known.hint();
        LOG.atWarn().addKeyValue("reason", reason).log("The environment is not ours yet");
        if (known.code() == FailureCode.ENVIRONMENT_NOT_EMPTY) {
            become.accept(Phase.idle(Phase.Name.BLOCKED, reason + "; restart with --adopt local or --adopt remote"));
            return;
        }
        become.accept(Phase.busy(Phase.Name.WAITING, reason));
        if (terms.configuration().lease().startWithoutLease() && !unowned && unreachable(known)) {
            unowned = true;
            LOG.warn(
                    "start_without_lease: the processes start although the owner is unknown; nothing is durable meanwhile");
            bus.request(ProcessCommands.START_ALL, NOTHING).onFailure(e -> LOG.error("The processes did not start", e));
        }
        vertx.setTimer(delayMs, tick -> attempt(terms, Math.min(MAX_DELAY_MS, delayMs * 2), owned));
    }

    private static boolean unreachable(CommandException failure) {
        return failure.code() == FailureCode.STORE_UNREACHABLE
                || failure.code() == FailureCode.STORE_FAILED
                || failure.code() == FailureCode.TIMEOUT;
    }

    /** Gives back what a failed attempt took: features closed, and a lease that was not to be kept is released. */
    private Future<?> giveBack(Terms terms, Throwable failure) {
        boolean refused =
                CommandException.from(failure).code() == FailureCode.ENVIRONMENT_NOT_EMPTY || !terms.patient();
        String leave = CommandException.from(failure).code() == FailureCode.ENVIRONMENT_NOT_EMPTY ? "blocked" : "none";
        return Departure.closeFeatures(bus, terms)
                .transform(done ->
                        refused ? bus.request(LeaseCommands.FREE, NOTHING).otherwiseEmpty() : Future.succeededFuture())
                .transform(
                        done -> bus.request(LeaseCommands.LEAVE, new LeaseCommands.Leave(leave, failure.getMessage())))
                .transform(done -> terms.patient()
                        ? Future.succeededFuture()
                        : with.stores().close())
                .transform(done -> Future.succeededFuture());
    }
}
