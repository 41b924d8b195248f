package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.config.CheckpointSettings;
import io.statemanager.config.CurrentConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Automatic checkpoints: one each {@code checkpoints.auto_interval} while the environment rests in our hands, and of all automatic ones the last
 * {@code checkpoints.keep_last} are kept. One that would meet another operation is left out; the next one comes an interval later.
 *
 * <p>Confined to the environment verticle's context. The settings are asked for anew when the configuration says that they changed.
 */
final class AutoCheckpoints {
    private static final Logger LOG = LoggerFactory.getLogger(AutoCheckpoints.class);
    private static final String COMMENT = "automatic";
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Bus bus;
    private final Reservation reservation;
    private final BooleanSupplier rests;
    private CheckpointSettings settings;
    private long timer = NO_TIMER;

    /** @param rests whether the environment is ours and no operation is under way */
    AutoCheckpoints(Vertx vertx, Bus bus, Reservation reservation, BooleanSupplier rests) {
        this.vertx = vertx;
        this.bus = bus;
        this.reservation = reservation;
        this.rests = rests;
        vertx.eventBus().<JsonObject>localConsumer("event.config", event -> look());
    }

    /** To be called when the environment has become ours. */
    void begin() {
        look().onSuccess(done -> {
            if (settings != null) {
                keepLast(settings.keepLast());
            }
        });
    }

    private Future<Void> look() {
        return bus.request(CurrentConfig.COMMAND, NOTHING).map(current -> {
            CheckpointSettings now =
                    current.configuration().map(there -> there.checkpoints()).orElse(null);
            if (now != null && !now.equals(settings)) {
                settings = now;
                arm();
            }
            return null;
        });
    }

    private void arm() {
        vertx.cancelTimer(timer);
        timer = settings.autoInterval().isZero()
                ? NO_TIMER
                : vertx.setTimer(settings.autoInterval().toMillis(), tick -> make());
    }

    private void make() {
        Future<?> made = rests.getAsBoolean()
                ? reservation.hold(
                        "automatic checkpoint",
                        () -> bus.request(
                                CheckpointCommands.MAKE,
                                new CheckpointCommands.Make("auto-", COMMENT, true, true, true, false)))
                : Future.succeededFuture();
        made.compose(done -> keepLast(settings.keepLast()))
                .onFailure(AutoCheckpoints::tell)
                .onComplete(done -> arm());
    }

    private static void tell(Throwable failure) {
        if (CommandException.from(failure).code() != FailureCode.OPERATION_IN_PROGRESS) {
            LOG.atWarn()
                    .addKeyValue("reason", failure.getMessage())
                    .log("An automatic checkpoint failed; the next one comes an interval later");
        }
    }

    /** Deletes the oldest automatic checkpoints beyond a number; one that is still needed stays. */
    private Future<Void> keepLast(int number) {
        if (!rests.getAsBoolean()) {
            return Future.succeededFuture();
        }
        return bus.request(CheckpointCommands.LIST, NOTHING).compose(all -> {
            List<String> old = all.checkpoints().stream()
                    .filter(checkpoint -> checkpoint.auto() && checkpoint.line())
                    .sorted(Comparator.comparingLong(Checkpoint::generation)
                            .thenComparingLong(Checkpoint::seq)
                            .reversed())
                    .skip(number)
                    .map(Checkpoint::id)
                    .toList();
            Future<Void> done = Future.succeededFuture();
            for (String id : old) {
                done = done.compose(before -> delete(id));
            }
            return done;
        });
    }

    private Future<Void> delete(String id) {
        return bus.request(CheckpointCommands.DELETE, new CheckpointCommands.ById(id))
                .<Void>mapEmpty()
                .recover(failure -> CommandException.from(failure).code() == FailureCode.CHECKPOINT_IN_USE
                        ? Future.succeededFuture()
                        : Future.failedFuture(failure));
    }
}
