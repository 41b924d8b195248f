package io.statemanager.environment;

import io.statemanager.bus.Bus;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Keeps users' checkpoint operations out for the length of an operation of the environment. */
final class Reservation {
    private static final long LOOK_AGAIN_MS = 100;

    private final Vertx vertx;
    private final Bus bus;

    Reservation(Vertx vertx, Bus bus) {
        this.vertx = vertx;
        this.bus = bus;
    }

    /** Fails with 409 where a user's operation is under way. */
    <T> Future<T> hold(String operation, Supplier<Future<T>> work) {
        String holder = UUID.randomUUID().toString();
        return reserve(operation, holder)
                .compose(done -> work.get().eventually(() -> lift(holder).otherwiseEmpty()));
    }

    /** Waits for a user's operation that is under way; the caller limits the time. */
    <T> Future<T> holdPatiently(String operation, Supplier<Future<T>> work) {
        return reserve(operation, operation)
                .map(true)
                .recover(failure -> CommandException.from(failure).code() == FailureCode.OPERATION_IN_PROGRESS
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(failure))
                .compose(mine -> mine
                        ? work.get()
                        : vertx.timer(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS)
                                .compose(tick -> holdPatiently(operation, work)));
    }

    private Future<?> reserve(String operation, String holder) {
        return bus.request(CheckpointCommands.RESERVE, new CheckpointCommands.Reserve(operation, holder));
    }

    private Future<?> lift(String holder) {
        return bus.request(CheckpointCommands.RESERVE, CheckpointCommands.Reserve.lift(holder));
    }
}
