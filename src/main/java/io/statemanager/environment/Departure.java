package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.config.Stack;
import io.vertx.core.Future;

/**
 * Gives an environment back: the processes stop in order, an automatic line checkpoint makes everything durable, repository and databases are
 * closed, and only then, when no write has an unknown outcome, the lease is released. Where something is not durable the lease is kept.
 */
final class Departure {
    private final Bus bus;
    private final Tenure tenure;
    private final Call call;

    Departure(Bus bus, Tenure tenure, Call call) {
        this.bus = bus;
        this.tenure = tenure;
        this.call = call;
    }

    /** @return the id of the automatic checkpoint; null where the stacks hold nothing to checkpoint */
    Future<String> run(String comment) {
        say("stopping the processes");
        return bus.request(ProcessCommands.STOP_ALL, NOTHING)
                .compose(done -> checkpoint(comment))
                .compose(id -> closeFeatures()
                        .compose(done -> bus.request(LeaseCommands.FREE, NOTHING))
                        .map(id));
    }

    private Future<String> checkpoint(String comment) {
        if (!tenure.terms().has(Stack.FILES) && !tenure.terms().has(Stack.DB)) {
            return Future.succeededFuture(null);
        }
        say("making an automatic checkpoint");
        CheckpointCommands.Make make = new CheckpointCommands.Make("auto-", comment, true, true, false, false);
        return bus.request(CheckpointCommands.MAKE, make, call)
                .map(CheckpointCommands.Created::checkpointId)
                .recover(failure -> Future.failedFuture(CommandException.of(
                                FailureCode.NOT_DURABLE,
                                "the state could not be made durable: "
                                        + CommandException.from(failure).detail(),
                                failure)
                        .withHint("the lease is kept, so that this machine may go on as the last owner")));
    }

    private Future<?> closeFeatures() {
        return closeFeatures(bus, tenure.terms());
    }

    /** Closes what belongs to an environment; what fails to close does not keep the rest open. */
    static Future<?> closeFeatures(Bus bus, Terms terms) {
        Future<?> databases =
                terms.has(Stack.DB) ? bus.request(DatabaseCommands.CLOSE, NOTHING) : Future.succeededFuture();
        return databases
                .transform(done -> bus.request(CheckpointCommands.CLOSE, NOTHING))
                .transform(done -> Future.succeededFuture());
    }

    private void say(String step) {
        if (call != null) {
            call.info(step);
        }
    }
}
