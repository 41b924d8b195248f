package io.statemanager.supervision;

import static io.statemanager.supervision.Stage.get;
import static io.statemanager.supervision.Stage.isAlive;
import static io.statemanager.supervision.Stage.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.linux.ProcessTable;
import io.statemanager.linux.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
    private static final RestartPolicy AT_ONCE = RestartPolicy.always().withDelay(Duration.ZERO);
    private static final RestartPolicy NEVER = RestartPolicy.always().with(RestartPolicy.Mode.NEVER);

    @TempDir
    Path directory;

    @Test
    void aProcessLeadsItsOwnSessionAndGroup() {
        try (Stage stage = new Stage(directory)) {
            // when
            stage.run(sh("web", "echo $$ > $D/pid; exec sleep 1000"));

            // then
            int pid = stage.awaitPid("pid");
            assertThat(stage.pid("web")).isEqualTo(pid);
            assertThat(ProcessTable.look(pid)).hasValueSatisfying(stat -> {
                assertThat(stat.session()).isEqualTo(pid);
                assertThat(stat.group()).isEqualTo(pid);
            });
            assertThat(stage.status("web").state()).isEqualTo("running");
            assertThat(stage.status("web").upSince()).isPresent();
        }
    }

    @Test
    void sigquitReachesAProcessEvenFromAJvmThatBlocksIt() {
        try (Stage stage = new Stage(directory)) {
            // given a program that takes its signals as it was born with them, which a shell does not
            stage.run(ProcessSpec.of("web", List.of("sleep", "1000")).with(NEVER));

            // when
            get(stage.supervisor.signal("web", Signal.QUIT));

            // then
            stage.awaitState("web", "failed");
            assertThat(stage.status("web").lastExit())
                    .hasValueSatisfying(exit -> assertThat(exit.signal()).contains(Signal.QUIT));
        }
    }

    @Test
    void aStopWaitsForTheWholeGroupAndKillsWhoIgnoresIt() {
        try (Stage stage = new Stage(directory)) {
            // given a leader that ends at once and a sibling in its group that does not
            stage.run(sh(
                            "web",
                            "sh -c 'trap \"\" TERM; echo $$ > $D/stubborn; while :; do sleep 0.05; done' & trap 'exit 0' TERM; while :; do sleep 0.01; done")
                    .withTimeoutStop(Duration.ofMillis(300)));
            int stubborn = stage.awaitPid("stubborn");

            // when
            ProcessStatus status = get(stage.supervisor.stop("web"));

            // then
            assertThat(isAlive(stubborn)).isFalse();
            assertThat(status.state()).isEqualTo("stopped");
            assertThat(status.lastExit())
                    .hasValueSatisfying(exit -> assertThat(exit.code()).isZero());
        }
    }

    @Test
    void aStopEndsADaemonThatLeftTheSessionGentlyFirst() {
        try (Stage stage = new Stage(directory)) {
            // given a double fork into a session of its own
            stage.run(
                    sh(
                            "web",
                            "(setsid sh -c 'trap \"echo gently > $D/ended; exit 0\" TERM; echo $$ > $D/daemon; while :; do sleep 0.01; done' &) ; exec sleep 1000"));
            int daemon = stage.awaitPid("daemon");

            // when
            get(stage.supervisor.stop("web"));

            // then
            assertThat(isAlive(daemon)).isFalse();
            assertThat(stage.read("ended")).isEqualTo("gently\n");
        }
    }

    @Test
    void aDaemonThatShedItsEnvironmentTooIsGoneAfterAStopOfAll() {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run(sh("web", "(env -i setsid sh -c 'echo $$ > '$D'/daemon; exec sleep 1000' &) ; exec sleep 1000"));
            int daemon = stage.awaitPid("daemon");

            // when
            get(stage.supervisor.stopAll());

            // then
            assertThat(isAlive(daemon)).isFalse();
        }
    }

    @Test
    void nobodyElseIsEnded() throws Exception {
        // given a child of this JVM, and an orphan of nobody of ours in another session that is older than we are
        Process helper = new ProcessBuilder("sleep", "1000").start();
        try (Stage stage = new Stage(directory)) {
            stage.run(sh("web", "exec sleep 1000"), sh("worker", "exec sleep 1000"));
            int worker = stage.pid("worker");

            // when
            get(stage.supervisor.stop("web"));

            // then
            assertThat(isAlive(worker)).isTrue();

            // when
            get(stage.supervisor.killAll());

            // then
            assertThat(isAlive(worker)).isFalse();
            assertThat(helper.isAlive()).isTrue();
        } finally {
            helper.destroyForcibly();
        }
    }

    @Test
    void aProcessThatEndsIsStartedAgainAndItsEndIsKept() {
        try (Stage stage = new Stage(directory)) {
            // when
            stage.run(sh("web", "echo one; echo two >&2; printf three; kill -9 $$")
                    .with(AT_ONCE));

            // then
            await().atMost(Stage.LIMIT).until(() -> stage.status("web").restarts() >= 2);
            await().atMost(Stage.LIMIT)
                    .untilAsserted(() -> assertThat(stage.status("web").lastExit())
                            .hasValueSatisfying(exit -> {
                                assertThat(exit.signal()).contains(Signal.KILL);
                                assertThat(exit.code()).isEqualTo(137);
                                assertThat(exit.lastLines()).contains("one", "two", "three");
                            }));
            assertThat(stage.events).contains("web started", "web exited", "web backoff");
        }
    }

    @Test
    void whatIsLeftOfAGroupIsEndedBeforeTheNextRun() {
        try (Stage stage = new Stage(directory)) {
            // given a leader that dies and leaves a sibling that ignores SIGTERM
            stage.run(sh(
                            "web",
                            "test -e $D/left && { kill -0 $(cat $D/left) 2>/dev/null && echo both > $D/verdict || echo alone > $D/verdict; exec sleep 1000; };"
                                    + " sh -c 'trap \"\" TERM; echo $$ > $D/left; while :; do sleep 0.05; done' & while ! test -s $D/left; do sleep 0.01; done; exit 3")
                    .with(AT_ONCE)
                    .withTimeoutStop(Duration.ofMillis(200)));

            // then
            assertThat(stage.awaitFile("verdict")).isEqualTo("alone\n");
        }
    }

    @Test
    void aCommandThatIsNotThereSaysSoAtOnceAndIsTriedAgain() {
        try (Stage stage = new Stage(directory)) {
            // when
            stage.run(ProcessSpec.of("web", List.of("no-such-command"))
                    .with(RestartPolicy.always().withDelay(Duration.ofMillis(500))));

            // then
            assertThat(stage.status("web").state()).isEqualTo("backoff");
            assertThat(stage.status("web").reason()).contains("cannot be started: command not found: no-such-command");
            assertThat(stage.status("web").nextRestart()).isPresent();
            await().atMost(Stage.LIMIT).until(() -> stage.status("web").restarts() >= 1);
            assertThatThrownBy(() -> stage.supervisor.start("web").join())
                    .hasCauseInstanceOf(CommandException.class)
                    .hasMessageContaining("command not found: no-such-command");
        }
    }

    @Test
    void aStartLimitEndsInFailed() {
        try (Stage stage = new Stage(directory)) {
            // when
            RestartPolicy thrice = new RestartPolicy(
                    RestartPolicy.Mode.ALWAYS, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(30), OptionalInt.of(3));
            stage.run(sh("web", "exit 7").with(thrice));

            // then
            stage.awaitState("web", "failed");
            assertThat(stage.status("web").reason()).contains("3 short runs in a row, the last one with exit code 7");
            assertThat(stage.status("web").restarts()).isEqualTo(2);
        }
    }

    @Test
    void aOneShotIsCompletedOrFailedByItsExitCode() {
        try (Stage stage = new Stage(directory)) {
            // when
            stage.run(sh("good", "exit 0").with(NEVER), sh("bad", "exit 4").with(NEVER));

            // then
            stage.awaitState("good", "completed");
            stage.awaitState("bad", "failed");
            assertThat(stage.status("bad").reason()).contains("exit code 4");
        }
    }

    @Test
    void aStopByHandOutlivesAStopAndStartOfAll() {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run(sh("web", "exec sleep 1000"), sh("worker", "exec sleep 1000"));
            get(stage.supervisor.stop("web"));

            // when
            get(stage.supervisor.stopAll());
            get(stage.supervisor.startAll());

            // then
            assertThat(stage.status("web").state()).isEqualTo("stopped");
            assertThat(stage.status("web").reason()).contains("stopped by hand");
            assertThat(stage.status("worker").state()).isEqualTo("running");

            // when it is started by hand
            get(stage.supervisor.start("web"));

            // then
            assertThat(stage.status("web").state()).isEqualTo("running");
        }
    }

    @Test
    void allAreStoppedFromTheLastToTheFirst() {
        try (Stage stage = new Stage(directory)) {
            // given
            String script =
                    "trap 'echo NAME >> $D/order; exit 0' TERM; echo up > $D/NAME; while :; do sleep 0.01; done";
            stage.run(
                    sh("a", script.replace("NAME", "a")),
                    sh("b", script.replace("NAME", "b")),
                    sh("c", script.replace("NAME", "c")));
            List.of("a", "b", "c").forEach(stage::awaitFile);

            // when
            get(stage.supervisor.stopAll());

            // then
            assertThat(stage.read("order")).isEqualTo("c\nb\na\n");
        }
    }

    @Test
    void nothingIsStartedWhileItIsNotPermitted() {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.define(sh("web", "exec sleep 1000"));

            // then
            assertThatThrownBy(() -> stage.supervisor.start("web").join())
                    .cause()
                    .isInstanceOfSatisfying(
                            CommandException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_OWNER));
            assertThat(stage.status("web").state()).isEqualTo("stopped");
        }
    }

    @Test
    void aRestartGivesAnotherProcess() {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run(sh("web", "exec sleep 1000"));
            int before = stage.pid("web");

            // when
            ProcessStatus status = get(stage.supervisor.restart("web"));

            // then
            assertThat(status.state()).isEqualTo("running");
            assertThat(status.pid()).isPresent().get().isNotEqualTo(before);
            assertThat(status.restarts()).isEqualTo(1);
            assertThat(isAlive(before)).isFalse();
        }
    }

    @Test
    void onlyAChangedProcessIsRestartedARemovedOneStoppedAndANewOneStarted() {
        try (Stage stage = new Stage(directory)) {
            // given
            ProcessSpec same = sh("same", "exec sleep 1000");
            stage.run(same, sh("changed", "exec sleep 1000"), sh("removed", "exec sleep 1000"));
            int samePid = stage.pid("same");
            int changedPid = stage.pid("changed");
            int removedPid = stage.pid("removed");

            // when
            ProcessSpec runsTheSame = same.with(NEVER).withTimeoutStop(Duration.ofSeconds(7));
            stage.define(sh("changed", "exec sleep 2000"), runsTheSame, sh("added", "exec sleep 1000"));

            // then
            assertThat(stage.pid("same")).isEqualTo(samePid);
            stage.awaitState("changed", "running");
            assertThat(stage.pid("changed")).isNotEqualTo(changedPid);
            assertThat(isAlive(removedPid)).isFalse();
            assertThat(stage.supervisor.list())
                    .extracting(ProcessStatus::name)
                    .containsExactly("changed", "same", "added");
            stage.awaitState("added", "running");
        }
    }

    @Test
    void anUnknownProcessIsRefused() {
        try (Stage stage = new Stage(directory)) {
            assertThatThrownBy(() -> stage.supervisor.stop("nobody").join())
                    .cause()
                    .isInstanceOfSatisfying(
                            CommandException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.PROCESS_NOT_FOUND));
        }
    }

    @Test
    void theEnvironmentHasOurVariablesAndNoneOfOurSecrets() {
        // given
        ProcessSpec spec = new ProcessSpec(
                "web",
                List.of("true"),
                java.util.Map.of("MINE", "1"),
                Optional.empty(),
                RestartPolicy.always(),
                Duration.ofSeconds(1));
        java.util.Map<String, String> own = java.util.Map.of(
                "PATH", "/bin",
                "CONTROLLER_TOKEN", "secret",
                "FLY_STORAGE_SECRET_KEY", "secret",
                "STATE_MANAGER_FAILPOINTS", "x",
                "FLY_APP_NAME", "app");

        // when
        java.util.Map<String, String> variables = ChildEnvironment.of(
                own, java.util.Map.of("STATE_MANAGER_ENV_DIR", "/env"), spec, new Instance("d", "i"));

        // then
        assertThat(variables)
                .containsOnly(
                        java.util.Map.entry("PATH", "/bin"),
                        java.util.Map.entry("FLY_APP_NAME", "app"),
                        java.util.Map.entry("STATE_MANAGER_ENV_DIR", "/env"),
                        java.util.Map.entry("MINE", "1"),
                        java.util.Map.entry("STATE_MANAGER_INSTANCE", "d/i"),
                        java.util.Map.entry("STATE_MANAGER_PROCESS", "web"));
    }

    @Test
    void aOneOffCommandGivesItsEndAndOutput() {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run();

            // when
            OneOffs.Outcome outcome = get(stage.supervisor.run(
                    List.of("sh", "-c", "echo out; echo err >&2; exit 5"), Duration.ofSeconds(30)));

            // then
            assertThat(outcome.exit().code()).isEqualTo(5);
            assertThat(outcome.output()).contains("out\n", "err\n");
            assertThat(outcome.truncated()).isFalse();
            assertThat(stage.supervisor.list()).isEmpty();
        }
    }

    @Test
    void aOneOffCommandThatTakesTooLongIsStopped() {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run();

            // then
            assertThatThrownBy(() -> stage.supervisor
                            .run(
                                    List.of("sh", "-c", "echo $$ > " + directory + "/pid; exec sleep 1000"),
                                    Duration.ofMillis(500))
                            .join())
                    .hasMessageContaining("did not end within 500 ms");
            await().atMost(Stage.LIMIT).until(() -> !isAlive(stage.awaitPid("pid")));
        }
    }

    @Test
    void uptimeBeginsWithTheRun() {
        try (Stage stage = new Stage(directory)) {
            Instant before = Instant.now();
            stage.run(sh("web", "exec sleep 1000"));
            assertThat(stage.status("web").upSince())
                    .isPresent()
                    .get()
                    .satisfies(since -> assertThat(since).isBetween(before, Instant.now()));
        }
    }
}
