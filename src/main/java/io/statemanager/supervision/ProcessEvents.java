package io.statemanager.supervision;

import io.statemanager.bus.Events;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what happens to processes at {@code event.process}: {@code process.started}, {@code process.exited}, …; what an operator must know goes
 * to the log, too. Any thread.
 */
final class ProcessEvents {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessEvents.class);

    private final Events events;

    ProcessEvents(Events events) {
        this.events = events;
    }

    void publish(String what, ProcessStatus status) {
        log(what, status);
        events.publish("process", "process." + what, event -> {
            event.put("name", status.name());
            event.put("state", status.state());
            event.put("restarts", status.restarts());
            status.pid().ifPresent(pid -> event.put("pid", pid));
            status.reason().ifPresent(reason -> event.put("reason", reason));
            status.nextRestart().ifPresent(time -> event.put("next_restart", time.toString()));
            if (what.equals("exited")) {
                status.lastExit().ifPresent(exit -> {
                    event.put("code", exit.code());
                    exit.signal().ifPresent(signal -> event.put("signal", "SIG" + signal));
                });
            }
        });
    }

    private static void log(String what, ProcessStatus status) {
        switch (what) {
            case "started" ->
                LOG.atInfo()
                        .addKeyValue("process", status.name())
                        .addKeyValue("pid", status.pid().orElse(-1))
                        .log("A process is started");
            case "backoff" ->
                LOG.atWarn()
                        .addKeyValue("process", status.name())
                        .addKeyValue("reason", status.reason().orElse("-"))
                        .addKeyValue(
                                "next_start",
                                status.nextRestart().map(Instant::toString).orElse("-"))
                        .log("A process is down and will be started again");
            case "failed" ->
                LOG.atError()
                        .addKeyValue("process", status.name())
                        .addKeyValue("reason", status.reason().orElse("-"))
                        .log("A process is down and stays down");
            default -> {
                // What was asked for, or what another line tells.
            }
        }
    }
}
