package io.statemanager.supervision;

import io.statemanager.bus.Events;

/** Publishes what happens to processes at {@code event.process}: {@code process.started}, {@code process.exited}, … Any thread. */
final class ProcessEvents {
    private final Events events;

    ProcessEvents(Events events) {
        this.events = events;
    }

    void publish(String what, ProcessStatus status) {
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
}
