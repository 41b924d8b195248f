package io.statemanager.lease;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.LeaseCommands.Seek;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.storage.LeaseGate;
import io.vertx.core.Future;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the turning points of a held lease mean: at the deadline the gate closes first, then the processes freeze (or are killed, or go on, as
 * {@code on_lease_loss} has it); after a proof that nobody owned it meanwhile both open again; when it is lost the processes are killed at
 * once and the environment is told by {@code lease.lost}.
 */
final class LeaseWatch implements Holder.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseWatch.class);
    /** Under which reason the processes are frozen. */
    static final String FREEZE = "lease";

    private final Bus bus;
    private final LeaseGate gate;
    private final Seek terms;
    private final long generation;
    private final BiConsumer<String, String> become;

    LeaseWatch(Bus bus, LeaseGate gate, Seek terms, long generation, BiConsumer<String, String> become) {
        this.bus = bus;
        this.gate = gate;
        this.terms = terms;
        this.generation = generation;
        this.become = become;
    }

    @Override
    public void mayActUntil(long deadlineNanos) {
        if (terms.leaser()) {
            // Writes are answered on other contexts; the holder is asked on its own.
            gate.open(
                    generation,
                    deadlineNanos,
                    answered -> bus.request(LeaseCommands.BEYOND_DOUBT, new LeaseCommands.Beyond(answered))
                            .mapEmpty());
        } else {
            gate.openWithoutLease(generation);
        }
    }

    @Override
    public void expired(String reason) {
        gate.close(reason);
        become.accept("frozen", reason);
        LOG.atWarn()
                .addKeyValue("reason", reason)
                .addKeyValue("on_lease_loss", terms.onLeaseLoss())
                .log("The lease's deadline is here");
        Future<?> stopped = switch (terms.onLeaseLoss()) {
            case "stop" -> bus.request(ProcessCommands.KILL_ALL, NOTHING);
            case "continue" -> Future.succeededFuture();
            default -> bus.request(ProcessCommands.FREEZE, new ProcessCommands.Freeze(FREEZE, 0));
        };
        stopped.onFailure(failure -> LOG.atError()
                .addKeyValue("reason", failure.getMessage())
                .log("The processes were not stopped at the lease's deadline"));
    }

    @Override
    public void resumed() {
        become.accept("held", null);
        LOG.info("The lease was renewed with our own ETag: nobody owned it meanwhile");
        Future<?> going = switch (terms.onLeaseLoss()) {
            case "stop" -> bus.request(LeaseCommands.RESUMED, new LeaseCommands.Resumed(generation));
            case "continue" -> Future.succeededFuture();
            default -> bus.request(ProcessCommands.THAW, new ProcessCommands.Thaw(FREEZE));
        };
        going.onFailure(failure -> LOG.atError()
                .addKeyValue("reason", failure.getMessage())
                .log("The processes did not go on after the lease was renewed"));
    }

    @Override
    public void lost(String reason) {
        gate.close(reason);
        become.accept("lost", reason);
        LOG.atError().addKeyValue("reason", reason).log("The lease is lost");
        bus.request(ProcessCommands.KILL_ALL, NOTHING)
                .onComplete(done -> bus.request(LeaseCommands.LOST, new LeaseCommands.Lost(generation, reason)));
    }
}
