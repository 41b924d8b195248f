package io.statemanager.supervision;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What is measured of each process, by its name. Told anew at each change; any thread. */
final class ProcessMeters {
    private static final double MILLIS = 1000;

    private final MultiGauge up;
    private final MultiGauge restarts;
    private final MultiGauge started;
    private final MultiGauge exitCode;

    ProcessMeters(MeterRegistry registry) {
        up = gauge(registry, "state.manager.process.up", "Whether the process runs (also while it is frozen)");
        restarts = gauge(registry, "state.manager.process.restarts", "How often the process was started again");
        started = gauge(registry, "state.manager.process.start.time.seconds", "When its present run began");
        exitCode = gauge(
                registry, "state.manager.process.last.exit.code", "How its last run ended; 128 and more by a signal");
    }

    void show(List<ProcessStatus> all) {
        set(up, all, status -> status.upSince().isPresent() ? 1 : 0);
        set(restarts, all, ProcessStatus::restarts);
        set(
                started,
                all.stream().filter(status -> status.upSince().isPresent()).toList(),
                status -> status.upSince().orElseThrow().toEpochMilli() / MILLIS);
        set(
                exitCode,
                all.stream().filter(status -> status.lastExit().isPresent()).toList(),
                status -> status.lastExit().orElseThrow().code());
    }

    private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    private static void set(MultiGauge gauge, List<ProcessStatus> all, ToDoubleFunction<ProcessStatus> value) {
        gauge.register(
                all.stream()
                        .map(status -> Row.of(Tags.of("process", status.name()), value.applyAsDouble(status)))
                        .toList(),
                true);
    }
}
