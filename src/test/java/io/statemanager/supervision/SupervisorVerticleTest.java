package io.statemanager.supervision;

import static io.statemanager.bus.Nothing.NOTHING;
import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.statemanager.bus.Bus;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.Events;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.bus.ProcessCommands.ByName;
import io.statemanager.bus.ProcessCommands.Definition;
import io.statemanager.linux.Processes;
import io.statemanager.linux.Signal;
import io.statemanager.support.IgnoredSignals;
import io.statemanager.support.VertxFixture;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class SupervisorVerticleTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path directory;

    private Bus bus;
    private Events events;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private String deployment;

    @BeforeEach
    void deploy() {
        bus = new Bus(fixture.vertx());
        events = new Events(fixture.vertx());
        Setup setup = new Setup(
                directory,
                OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream(),
                1 << 20,
                true,
                io.statemanager.runtime.Ticker.system());
        deployment = await(
                fixture.vertx().deployVerticle(new SupervisorVerticle(bus, events, setup, Optional.of(registry))));
    }

    @Test
    void theCommandsReachTheProcesses() {
        // given
        await(bus.request(ProcessCommands.END_FORMER, NOTHING));
        await(bus.request(
                ProcessCommands.APPLY, apply(sh("web", "echo \"dir $STATE_MANAGER_ENV_DIR\"; exec sleep 1000"))));
        await(bus.request(ProcessCommands.START_ALL, NOTHING));

        // then it runs, with what it is given
        ProcessCommands.ProcessView view =
                await(bus.request(ProcessCommands.LIST, NOTHING)).processes().get(0);
        assertThat(view.state()).isEqualTo("running");
        assertThat(view.uptimeMs()).isNotNegative();
        await().until(() -> !lines(0).isEmpty());
        assertThat(lines(0)).extracting(ProcessCommands.LogLine::text).containsExactly("dir /env");
        assertThat(lines(1)).isEmpty();

        // when it is frozen and thawed
        ProcessCommands.Frozen frozen =
                await(bus.request(ProcessCommands.FREEZE, new ProcessCommands.Freeze("checkpoint", 60_000)));
        assertThat(frozen.pids()).contains(view.pid());
        assertThat(await(bus.request(ProcessCommands.LIST, NOTHING))
                        .processes()
                        .get(0)
                        .state())
                .isEqualTo("frozen");
        ProcessCommands.Thawed thawed =
                await(bus.request(ProcessCommands.THAW, new ProcessCommands.Thaw("checkpoint")));
        assertThat(thawed.expired()).isFalse();

        // when it is stopped
        ProcessCommands.Done done = await(bus.request(ProcessCommands.STOP, new ByName("web")));
        assertThat(done.process().state()).isEqualTo("stopped");
        assertThat(done.process().lastExit().signal()).isEqualTo("SIGTERM");

        // then all of it was told
        assertThat(events.since(0, "process"))
                .extracting(event -> event.getString("type"))
                .contains(
                        "process.starting",
                        "process.started",
                        "process.frozen",
                        "process.thawed",
                        "process.stopping",
                        "process.exited",
                        "process.stopped");
    }

    @Test
    void faultyRequestsAreRefusedByName() {
        assertRefused(FailureCode.INVALID_REQUEST, () -> bus.request(ProcessCommands.APPLY, apply(sh("../x", "true"))));
        await(bus.request(ProcessCommands.APPLY, apply(sh("web", "exec sleep 1000"))));
        assertRefused(FailureCode.NOT_OWNER, () -> bus.request(ProcessCommands.START, new ByName("web")));
        assertRefused(
                FailureCode.PROCESS_STATE,
                () -> bus.request(ProcessCommands.SIGNAL, new ProcessCommands.Signal("web", "HUP")));
        assertRefused(
                FailureCode.INVALID_REQUEST,
                () -> bus.request(ProcessCommands.SIGNAL, new ProcessCommands.Signal("web", "NOPE")));
        assertRefused(
                FailureCode.PROCESS_NOT_FOUND,
                () -> bus.request(ProcessCommands.LOGS, new ProcessCommands.Logs("nobody", null, null)));
        assertRefused(
                FailureCode.INVALID_REQUEST,
                () -> bus.request(ProcessCommands.LOGS, new ProcessCommands.Logs("web", 0, null)));
        assertRefused(
                FailureCode.INVALID_REQUEST,
                () -> bus.request(ProcessCommands.RUN, new ProcessCommands.Run(List.of(), null)));
    }

    @Test
    void whatThisProgramIsToldTheProcessesAreTold() throws Exception {
        // given
        await(bus.request(
                ProcessCommands.APPLY,
                apply(sh("web", "trap 'echo HUP' HUP; trap 'echo USR1' USR1; echo up; while :; do sleep 0.01; done"))));
        await(bus.request(ProcessCommands.START_ALL, NOTHING));
        await().until(() -> texts().equals(List.of("up")));

        // when
        List<String> told = new ArrayList<>(List.of("up"));
        if (!IgnoredSignals.isIgnoredHere(Signal.HUP)) {
            Processes.signal(Processes.self(), Signal.HUP);
            told.add("HUP");
            await().until(() -> texts().equals(told));
        }
        Processes.signal(Processes.self(), Signal.USR1);
        told.add("USR1");

        // then
        await().until(() -> texts().equals(told));
    }

    @Test
    void theLogTellsWhatStartsAndWhatGoesDownButNotWhatWasAskedFor() {
        // given
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(ProcessEvents.class);
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
        try {
            // when
            await(bus.request(ProcessCommands.APPLY, apply(sh("web", "exec sleep 1000"), sh("bad", "exit 3"))));
            await(bus.request(ProcessCommands.START_ALL, NOTHING));
            await().until(() -> told(log, Level.WARN).contains("bad"));
            await(bus.request(ProcessCommands.STOP_ALL, NOTHING));

            // then
            assertThat(told(log, Level.INFO)).contains("web", "bad");
            assertThat(told(log, Level.WARN)).containsOnly("bad");
            assertThat(log.list)
                    .filteredOn(line -> line.getLevel() == Level.WARN)
                    .allMatch(line -> line.getKeyValuePairs().toString().contains("exit code 3"));
        } finally {
            logger.detachAppender(log);
            logger.setLevel(before);
        }
    }

    /** The processes named at a level. */
    private static List<String> told(ListAppender<ILoggingEvent> log, Level level) {
        return List.copyOf(log.list).stream()
                .filter(line -> line.getLevel() == level)
                .map(line -> line.getKeyValuePairs().get(0).value.toString())
                .toList();
    }

    @Test
    void theProcessesAreMeasured() {
        // given
        await(bus.request(ProcessCommands.APPLY, apply(sh("web", "exec sleep 1000"))));
        await(bus.request(ProcessCommands.START_ALL, NOTHING));
        await().until(() -> gauge("up") == 1);
        assertThat(gauge("start.time.seconds")).isPositive();

        // when
        await(bus.request(ProcessCommands.RESTART, new ByName("web")));
        await(bus.request(ProcessCommands.STOP, new ByName("web")));

        // then
        await().until(() -> gauge("up") == 0);
        assertThat(gauge("restarts")).isEqualTo(1);
        assertThat(gauge("last.exit.code")).isEqualTo(143);
        assertThat(registry.find("state.manager.process.start.time.seconds").gauges())
                .isEmpty();
    }

    private double gauge(String name) {
        return registry.get("state.manager.process." + name)
                .tag("process", "web")
                .gauge()
                .value();
    }

    private List<String> texts() {
        return lines(0).stream().map(ProcessCommands.LogLine::text).toList();
    }

    @Test
    void aOneOffCommandAnswersItsOutput() {
        await(bus.request(ProcessCommands.START_ALL, NOTHING));
        ProcessCommands.Ran ran = await(bus.request(
                ProcessCommands.RUN, new ProcessCommands.Run(List.of("sh", "-c", "echo hi; exit 3"), 30_000L)));
        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.output()).isEqualTo("hi\n");
    }

    @Test
    void nobodyIsLeftWhenTheVerticleIsGone() {
        // given
        await(bus.request(ProcessCommands.APPLY, apply(sh("web", "exec sleep 1000"))));
        await(bus.request(ProcessCommands.START_ALL, NOTHING));
        int pid = await(bus.request(ProcessCommands.LIST, NOTHING))
                .processes()
                .get(0)
                .pid()
                .intValue();

        // when
        await(fixture.vertx().undeploy(deployment));

        // then
        assertThat(Stage.isAlive(pid)).isFalse();
    }

    private static void assertRefused(FailureCode code, java.util.function.Supplier<io.vertx.core.Future<?>> step) {
        assertThatThrownBy(() -> await(step.get()))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private List<ProcessCommands.LogLine> lines(long after) {
        return await(bus.request(ProcessCommands.LOGS, new ProcessCommands.Logs("web", null, after)))
                .lines();
    }

    private static ProcessCommands.Apply apply(Definition... definitions) {
        return new ProcessCommands.Apply(List.of(definitions), Map.of("STATE_MANAGER_ENV_DIR", "/env"));
    }

    private static Definition sh(String name, String script) {
        return new Definition(name, List.of("sh", "-c", script), Map.of(), null, "always", 1000, 20_000);
    }
}
