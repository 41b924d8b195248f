package io.statemanager.supervision;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Events;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.linux.Signal;
import io.statemanager.runtime.RunOptions.LogFormat;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Wires the supervisor to the commands and events of the processes. Everything is carried out on the supervisor's own thread; lists and logs
 * are answered from memory. When it is undeployed, whoever still runs is killed.
 */
public final class SupervisorVerticle extends VerticleBase {
    private static final Duration LAST_KILL = Duration.ofSeconds(10);

    private final Bus bus;
    private final Events events;
    private final Setup setup;
    private WorkerExecutor workers;
    private Supervisor supervisor;

    /**
     * @param dataDir the data directory, which exists and is locked by this process
     * @param logFormat how the processes' output appears on our own
     */
    public SupervisorVerticle(Bus bus, Events events, java.nio.file.Path dataDir, LogFormat logFormat) {
        this(bus, events, Setup.of(dataDir, logFormat));
    }

    SupervisorVerticle(Bus bus, Events events, Setup setup) {
        this.bus = bus;
        this.events = events;
        this.setup = setup;
    }

    @Override
    public Future<?> start() {
        workers = vertx.createSharedWorkerExecutor("supervision", 2);
        ProcessEvents out = new ProcessEvents(events);
        return workers.executeBlocking(() -> Supervisor.open(setup, out::publish))
                .compose(opened -> {
                    supervisor = opened;
                    return Future.all(List.of(
                            Future.all(List.of(
                                    bus.handle(
                                            ProcessCommands.LIST,
                                            all -> Future.succeededFuture(Views.of(opened.list()))),
                                    bus.handle(ProcessCommands.START, one -> done(opened.start(one.name()))),
                                    bus.handle(ProcessCommands.STOP, one -> done(opened.stop(one.name()))),
                                    bus.handle(ProcessCommands.RESTART, one -> done(opened.restart(one.name()))),
                                    bus.handle(ProcessCommands.SIGNAL, this::signal),
                                    bus.handle(
                                            ProcessCommands.LOGS,
                                            logs -> Future.succeededFuture(Views.logs(opened, logs))),
                                    bus.handle(ProcessCommands.RUN, this::run))),
                            bus.handle(ProcessCommands.APPLY, this::apply),
                            bus.handle(ProcessCommands.START_ALL, all -> nothing(opened.startAll())),
                            bus.handle(ProcessCommands.STOP_ALL, all -> nothing(opened.stopAll())),
                            bus.handle(ProcessCommands.KILL_ALL, all -> nothing(opened.killAll())),
                            bus.handle(ProcessCommands.FREEZE, this::freeze),
                            bus.handle(ProcessCommands.THAW, this::thaw),
                            bus.handle(ProcessCommands.END_FORMER, all -> nothing(opened.endFormer()))));
                });
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

    private Future<Nothing> apply(ProcessCommands.Apply apply) {
        return nothing(supervisor.apply(Views.specs(apply.processes()), apply.variables()));
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
