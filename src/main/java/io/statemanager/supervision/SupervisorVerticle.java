package io.statemanager.supervision;

import static io.statemanager.bus.Nothing.NOTHING;

import io.micrometer.core.instrument.MeterRegistry;
import io.statemanager.bus.Bus;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.Events;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.linux.Signal;
import io.statemanager.linux.SignalHandlers;
import io.statemanager.runtime.RunOptions.LogFormat;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Wires the supervisor to the commands and events of the processes. Everything is carried out on the supervisor's own thread; lists and logs
 * are answered from memory. SIGHUP and SIGUSR1 go on to the processes. When it is undeployed, whoever still runs is killed.
 */
public final class SupervisorVerticle extends VerticleBase {
    /** What this program gets and every process is told. */
    private static final List<Signal> FORWARDED = List.of(Signal.HUP, Signal.USR1);

    private static final Duration LAST_KILL = Duration.ofSeconds(10);

    private final Bus bus;
    private final ProcessEvents events;
    private final Setup setup;
    private final Optional<ProcessMeters> meters;
    private WorkerExecutor workers;
    private volatile Supervisor supervisor;

    /**
     * The verticle for one data directory.
     *
     * @param dataDir exists and is locked by this process
     * @param logFormat how the processes' output appears on our own
     * @param registry where the processes' measures are to be seen
     */
    public SupervisorVerticle(
            Bus bus, Events events, Path dataDir, LogFormat logFormat, Optional<MeterRegistry> registry) {
        this(bus, events, Setup.of(dataDir, logFormat), registry);
    }

    SupervisorVerticle(Bus bus, Events events, Setup setup, Optional<MeterRegistry> registry) {
        this.bus = bus;
        this.events = new ProcessEvents(events);
        this.setup = setup;
        this.meters = registry.map(ProcessMeters::new);
    }

    @Override
    public Future<?> start() {
        workers = vertx.createSharedWorkerExecutor("supervision", 2);
        return workers.executeBlocking(() -> Supervisor.open(setup, this::happened))
                .compose(opened -> {
                    supervisor = opened;
                    FORWARDED.forEach(signal -> SignalHandlers.handle(signal, () -> opened.forward(signal)));
                    return Future.all(forUsers(), forOurselves());
                });
    }

    private Future<?> forUsers() {
        return Future.all(List.of(
                bus.handle(ProcessCommands.LIST, all -> Future.succeededFuture(Views.of(supervisor.list()))),
                bus.handle(ProcessCommands.START, one -> done(supervisor.start(one.name()))),
                bus.handle(ProcessCommands.STOP, one -> done(supervisor.stop(one.name()))),
                bus.handle(ProcessCommands.RESTART, one -> done(supervisor.restart(one.name()))),
                bus.handle(ProcessCommands.SIGNAL, this::signal),
                bus.handle(ProcessCommands.LOGS, logs -> Future.succeededFuture(Views.logs(supervisor, logs))),
                bus.handle(ProcessCommands.RUN, this::run)));
    }

    private Future<?> forOurselves() {
        return Future.all(List.of(
                bus.handle(ProcessCommands.APPLY, this::apply),
                bus.handle(ProcessCommands.START_ALL, all -> nothing(supervisor.startAll())),
                bus.handle(ProcessCommands.STOP_ALL, all -> nothing(supervisor.stopAll())),
                bus.handle(ProcessCommands.KILL_ALL, all -> nothing(supervisor.killAll())),
                bus.handle(ProcessCommands.FREEZE, this::freeze),
                bus.handle(ProcessCommands.THAW, this::thaw),
                bus.handle(ProcessCommands.END_FORMER, all -> endFormer())));
    }

    @Override
    public Future<?> stop() {
        return supervisor == null
                ? Future.succeededFuture()
                : stage(supervisor.killAll().completeOnTimeout(null, LAST_KILL.toMillis(), TimeUnit.MILLISECONDS))
                        .eventually(() -> workers.executeBlocking(() -> {
                            supervisor.close();
                            return null;
                        }));
    }

    /** On the supervision thread, after {@link #start} has set the supervisor. */
    private void happened(String what, ProcessStatus status) {
        events.publish(what, status);
        meters.ifPresent(shown -> shown.show(supervisor.list()));
    }

    private Future<Nothing> apply(ProcessCommands.Apply apply) {
        return nothing(supervisor.apply(Views.specs(apply.processes()), apply.variables()));
    }

    private Future<Nothing> endFormer() {
        return nothing(supervisor.endFormer())
                .recover(failure -> Future.failedFuture(
                        CommandException.of(FailureCode.PROCESS_STATE, failure.getMessage(), failure)
                                .withHint("end them by hand; nothing is started beside them")));
    }

    private Future<ProcessCommands.Done> signal(ProcessCommands.Signal request) {
        Signal signal = Views.signal(request.signal());
        return done(supervisor.signal(request.name(), signal));
    }

    private Future<ProcessCommands.Ran> run(ProcessCommands.Run request) {
        return stage(supervisor.run(Views.command(request), Views.limit(request)))
                .map(Views::ran);
    }

    private Future<ProcessCommands.Frozen> freeze(ProcessCommands.Freeze request) {
        return stage(supervisor.freeze(request.reason(), Duration.ofMillis(request.watchdogMs())))
                .map(frozen -> new ProcessCommands.Frozen(
                        frozen.pids().stream().map(Integer::longValue).toList(),
                        frozen.took().toMillis()));
    }

    private Future<ProcessCommands.Thawed> thaw(ProcessCommands.Thaw request) {
        return stage(supervisor.thaw(request.reason()))
                .map(thawed -> new ProcessCommands.Thawed(
                        thawed.broken().isPresent(),
                        thawed.held().toMillis(),
                        thawed.broken().orElse(null)));
    }

    private Future<ProcessCommands.Done> done(CompletableFuture<ProcessStatus> stage) {
        return stage(stage).map(status -> new ProcessCommands.Done("success", Views.of(status)));
    }

    private Future<Nothing> nothing(CompletableFuture<?> stage) {
        return stage(stage).map(NOTHING);
    }

    private <T> Future<T> stage(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, context);
    }
}
