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
import java.util.function.Supplier;

/**
 * Gives an environment back, in two parts. First the processes stop in order and an automatic line checkpoint makes everything durable; until then
 * the environment may go on as it was. Then repository and databases are closed and the lease is released, after which nothing goes on but a new
 * takeover, whatever the release's outcome ({@link #isLeaving}).
 */
final class Departure {
    private final Bus bus;
    private final Tenure tenure;
    private final Call call;
    private final Supplier<Future<?>> beforeRelease;
    private boolean leaving;

    /** @param beforeRelease what must be on the disk before the lease may be anybody else's */
    Departure(Bus bus, Tenure tenure, Call call, Supplier<Future<?>> beforeRelease) {
        this.bus = bus;
        this.tenure = tenure;
        this.call = call;
        this.beforeRelease = beforeRelease;
    }

    /** Whether the second part has begun. */
    boolean isLeaving() {
        return leaving;
    }

    /** @return the id of the automatic checkpoint; null where the stacks hold nothing to checkpoint */
    Future<String> run(String comment) {
        say("stopping the processes");
        return bus.request(ProcessCommands.STOP_ALL, NOTHING)
                .compose(done -> checkpoint(comment))
                .compose(id -> beforeRelease
                        .get()
                        .compose(done -> {
                            leaving = true;
                            return closeFeatures(bus, tenure.terms());
                        })
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
