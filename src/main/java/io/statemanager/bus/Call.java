package io.statemanager.bus;

import io.vertx.core.eventbus.EventBus;
import java.time.Instant;

/**
 * What a handler knows of the call beside its request: where progress goes, if anybody listens. Safe for any thread, so that work on a worker
 * pool may report.
 */
public final class Call {
    private final EventBus eventBus;
    private final String progressAddress;

    Call(EventBus eventBus, String progressAddress) {
        this.eventBus = eventBus;
        this.progressAddress = progressAddress;
    }

    /** Says a step in words. */
    public void info(String text) {
        send(new Progress("info", Instant.now(), text, null, null));
    }

    /** Says how far a step is; {@code total} negative where it is not known. */
    public void progress(String text, long done, long total) {
        send(new Progress("progress", Instant.now(), text, done, total < 0 ? null : total));
    }

    /** The address to hand on to a command that this one waits for, or null where nobody listens. */
    String progressAddress() {
        return progressAddress;
    }

    private void send(Progress line) {
        if (progressAddress != null) {
            eventBus.send(progressAddress, line, Bus.byReference());
        }
    }
}
