package io.statemanager.supervision;

import static io.statemanager.supervision.Stage.get;
import static io.statemanager.supervision.Stage.isAlive;
import static io.statemanager.supervision.Stage.sh;
import static io.statemanager.supervision.Stage.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.linux.Cgroup;
import io.statemanager.linux.ProcessStat;
import io.statemanager.linux.ProcessTable;
import io.statemanager.linux.Processes;
import io.statemanager.linux.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreezeTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration NO_WATCHDOG = Duration.ZERO;

    /** Forks without end, and appends to a file from every child. */
    private static final String FORKING =
            "while :; do sh -c 'echo x >> $D/NAME'; (setsid sh -c 'echo y >> $D/NAME' &); done";

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nobodyRunsOrWritesWhileFrozenAndEverybodyGoesOnAfterwards(boolean useCgroup) throws IOException {
        assumeTrue(!useCgroup || hasCgroup(), "LEFT OUT: no writable cgroup2 freezer here");
        try (Stage stage = new Stage(directory, useCgroup)) {
            // given processes that fork all the time, some into sessions of their own, and one with threads
            stage.run(
                    sh("a", FORKING.replace("NAME", "a")),
                    sh("b", FORKING.replace("NAME", "b")),
                    ProcessSpec.of("c", List.of("python3", "-c", THREADS)));
            List.of("a", "b", "c").forEach(stage::awaitFile);

            for (int round = 0; round < 10; round++) {
                // when
                FreezeHolds.Frozen frozen = get(stage.supervisor.freeze("checkpoint", LONG));

                // then
                assertThat(frozen.pids()).contains(stage.pid("a"), stage.pid("b"), stage.pid("c"));
                String before = stage.read("a") + stage.read("b") + stage.read("c");
                for (int look = 0; look < 10; look++) {
                    assertThat(ours())
                            .allSatisfy(stat -> assertThat(frozen.pids()).contains(stat.pid()));
                }
                assertThat(stage.read("a") + stage.read("b") + stage.read("c")).isEqualTo(before);
                assertThat(stage.status("a").state()).isEqualTo("frozen");

                // when
                FreezeHolds.Thawed thawed = get(stage.supervisor.thaw("checkpoint"));

                // then
                assertThat(thawed.broken()).isEmpty();
                assertThat(stage.status("a").state()).isEqualTo("running");
                await().atMost(Stage.LIMIT)
                        .until(() -> stage.read("a").length() + stage.read("c").length()
                                > before.length() - stage.read("b").length());
            }
        }
    }

    private static final String THREADS = """
            import threading, os
            path = os.environ['D'] + '/c'
            def work():
                while True:
                    with open(path, 'a') as f: f.write('z')
            for i in range(8): threading.Thread(target=work).start()
            """;

    /** Descendants of this JVM that are not its own direct helpers. */
    private static List<ProcessStat> ours() {
        try {
            ProcessTable table = ProcessTable.read();
            return table.all().stream()
                    .filter(stat -> !stat.isDead() && stat.session() != Processes.session())
                    .filter(stat -> descends(table, stat))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean descends(ProcessTable table, ProcessStat stat) {
        return stat.parent() == Processes.self()
                || table.get(stat.parent())
                        .filter(parent -> descends(table, parent))
                        .isPresent();
    }

    private boolean hasCgroup() {
        return Cgroup.make("state-manager-probe").map(Cgroup::remove).orElse(false);
    }

    @Test
    void theWatchdogThawsWhateverHappensAndTheThawSaysSo() {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run(sh("web", "exec sleep 1000"));

            // when
            get(stage.supervisor.freeze("checkpoint", Duration.ofMillis(100)));

            // then
            stage.awaitState("web", "running");
            await().atMost(Stage.LIMIT).until(() -> state(stage.pid("web")) == 'S');
            FreezeHolds.Thawed thawed = get(stage.supervisor.thaw("checkpoint"));
            assertThat(thawed.broken())
                    .hasValueSatisfying(why -> assertThat(why).contains("longer than"));
        }
    }

    @Test
    void reasonsAddUp() {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run(sh("web", "exec sleep 1000"));
            get(stage.supervisor.freeze("checkpoint", LONG));
            get(stage.supervisor.freeze("lease", NO_WATCHDOG));

            // when the first is taken back
            get(stage.supervisor.thaw("checkpoint"));

            // then
            assertThat(stage.status("web").state()).isEqualTo("frozen");
            assertThat(state(stage.pid("web"))).isEqualTo('T');

            // when the last is
            get(stage.supervisor.thaw("lease"));

            // then
            assertThat(stage.status("web").state()).isEqualTo("running");
            await().atMost(Stage.LIMIT).until(() -> state(stage.pid("web")) == 'S');
        }
    }

    @Test
    void aStopBreaksACheckpointsFreezeAndIsGentle() {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run(sh(
                    "web", "trap 'echo gently > $D/end; exit 0' TERM; echo up > $D/up; while :; do sleep 0.01; done"));
            stage.awaitFile("up");
            get(stage.supervisor.freeze("checkpoint", LONG));

            // when
            get(stage.supervisor.stop("web"));

            // then
            assertThat(stage.read("end")).isEqualTo("gently\n");
            assertThat(get(stage.supervisor.thaw("checkpoint")).broken()).contains("a process was stopped");
        }
    }

    @Test
    void aStopAtTheLeasesDeadlineLetsNobodyRunAgain() {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run(
                    sh("web", "trap 'echo ran > $D/end; exit 0' TERM; echo up > $D/up; while :; do sleep 0.01; done"));
            stage.awaitFile("up");
            int pid = stage.pid("web");
            get(stage.supervisor.freeze("lease", NO_WATCHDOG));

            // when
            ProcessStatus status = get(stage.supervisor.stop("web"));

            // then
            assertThat(isAlive(pid)).isFalse();
            assertThat(status.lastExit())
                    .hasValueSatisfying(exit -> assertThat(exit.signal()).contains(Signal.KILL));
            assertThat(Files.exists(directory.resolve("end"))).isFalse();
        }
    }

    @Test
    void aKillOfAllReachesTheFrozen() {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run(sh("web", "(setsid sh -c 'echo $$ > $D/daemon; exec sleep 1000' &); exec sleep 1000"));
            int daemon = stage.awaitPid("daemon");
            int pid = stage.pid("web");
            get(stage.supervisor.freeze("lease", NO_WATCHDOG));

            // when
            get(stage.supervisor.killAll());

            // then
            assertThat(isAlive(pid)).isFalse();
            assertThat(isAlive(daemon)).isFalse();
            assertThat(stage.status("web").state()).isEqualTo("stopped");
        }
    }

    @Test
    void nothingIsLaunchedWhileFrozen() {
        try (Stage stage = new Stage(directory)) {
            // given one that comes back all the time
            stage.run(sh("web", "echo up >> $D/runs; exit 1")
                    .with(RestartPolicy.always().withDelay(Duration.ZERO)));
            stage.awaitFile("runs");

            // when
            get(stage.supervisor.freeze("checkpoint", LONG));
            int before = stage.events.size();
            String runs = stage.read("runs");
            assertThatThrownBy(() -> stage.supervisor.signal("web", Signal.HUP).join())
                    .cause()
                    .isInstanceOfSatisfying(
                            CommandException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.PROCESS_STATE));

            // then
            await().during(Duration.ofMillis(500))
                    .atMost(Stage.LIMIT)
                    .until(() -> stage.read("runs").equals(runs));
            assertThat(stage.events.subList(before, stage.events.size())).doesNotContain("web started");

            // when
            get(stage.supervisor.thaw("checkpoint"));

            // then
            await().atMost(Stage.LIMIT).until(() -> stage.read("runs").length() > runs.length());
        }
    }

    @Test
    void whatWasStoppedBeforeStaysStoppedAfterwards() throws IOException {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run(sh("web", "sleep 1000 & echo $! > $D/child; wait"));
            int child = stage.awaitPid("child");
            Processes.signal(child, Signal.STOP);
            await().atMost(Stage.LIMIT).until(() -> state(child) == 'T');

            // when
            get(stage.supervisor.freeze("checkpoint", LONG));
            get(stage.supervisor.thaw("checkpoint"));

            // then
            await().atMost(Stage.LIMIT).until(() -> state(stage.pid("web")) == 'S');
            assertThat(state(child)).isEqualTo('T');
        }
    }

    @Test
    void aFreezeThatSomebodyUndidIsToldAtTheThaw() throws IOException {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run(sh("web", "exec sleep 1000"));
            get(stage.supervisor.freeze("checkpoint", LONG));

            // when
            Processes.signal(stage.pid("web"), Signal.CONT);
            await().atMost(Stage.LIMIT).until(() -> state(stage.pid("web")) == 'S');

            // then
            assertThat(get(stage.supervisor.thaw("checkpoint")).broken()).contains("somebody let a process go on");
        }
    }

    @Test
    void aThawOfNothingSaysSo() {
        try (Stage stage = new Stage(directory)) {
            assertThat(get(stage.supervisor.thaw("checkpoint")).broken()).contains("nothing was frozen for it");
        }
    }
}
