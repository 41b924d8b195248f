package io.statemanager.replication;

import io.statemanager.bus.Bus;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.Nothing;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the lease by its command, and that it is still the acquisition under which we were opened. For worker threads. */
record BusOwnership(Bus bus, String nonce) implements Ownership {
    @Override
    public void confirm() {
        LeaseCommands.Confirmed confirmed = await();
        if (!confirmed.nonce().equals(nonce)) {
            throw CommandException.of(FailureCode.LEASE_LOST, "the lease was taken anew meanwhile");
        }
    }

    private LeaseCommands.Confirmed await() {
        long limit = 2 * LeaseCommands.CONFIRM.timeout().toMillis();
        try {
            return bus.request(LeaseCommands.CONFIRM, Nothing.NOTHING)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(limit, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw CommandException.from(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.of(FailureCode.UNAVAILABLE, "interrupted while reading the lease", e);
        } catch (TimeoutException e) {
            throw CommandException.of(FailureCode.TIMEOUT, "the lease could not be read in time", e);
        }
    }
}
