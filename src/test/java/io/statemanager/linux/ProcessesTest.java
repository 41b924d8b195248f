package io.statemanager.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ProcessesTest {
    @Test
    void aLineOfTheProcessTableIsReadWithAnyNameInIt() {
        // given a name with spaces and parentheses, as a process may give itself
        byte[] line = "42 (a) S (b) T 7 40 39 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 3 0 98765 1 2 3\n"
                .getBytes(StandardCharsets.US_ASCII);

        // then
        assertThat(ProcessStat.parse(line, line.length))
                .contains(new ProcessStat(42, "a) S (b", 'T', 7, 40, 39, 3, 98765));
        assertThat(ProcessStat.parse(line, 12)).isEmpty();
    }

    @Test
    void aZombieIsDeadUnlessOtherThreadsOfItLive() {
        ProcessStat stat = new ProcessStat(1, "x", 'Z', 0, 1, 1, 1, 0);
        assertThat(stat.isDead()).isTrue();
        assertThat(new ProcessStat(1, "x", 'Z', 0, 1, 1, 2, 0).isDead()).isFalse();
    }

    @Test
    void theTableHoldsThisProcessAndItsEnvironmentIsReadable() throws Exception {
        ProcessTable table = ProcessTable.read();
        ProcessStat self = table.get(Processes.self()).orElseThrow();
        assertThat(self.session()).isEqualTo(Processes.session());
        assertThat(self.threads()).isGreaterThan(1);
        assertThat(ProcessTable.threads(self.pid())).hasSizeGreaterThan(1);
        assertThat(ProcessTable.variable(self.pid(), "PATH")).contains(System.getenv("PATH"));
        assertThat(ProcessTable.variable(self.pid(), "PAT")).isEmpty();
        assertThat(ProcessTable.bootId()).hasSize(36);
    }

    @Test
    void aSignalReachesExactlyTheProcessThatWasLookedAt() throws Exception {
        Child child = Spawner.start(sleep()).get();
        ProcessStat stat = ProcessTable.look(child.pid()).orElseThrow();
        ProcessStat other = new ProcessStat(
                stat.pid(), stat.command(), 'S', stat.parent(), stat.group(), stat.session(), 1, stat.startTicks() + 1);

        // when another process of this pid is meant
        assertThat(Processes.signal(other, Signal.KILL)).isFalse();
        assertThat(ProcessTable.look(child.pid())).isPresent();

        // when it is this one
        assertThat(Processes.signal(stat, Signal.KILL)).isTrue();
        assertThat(child.exit().toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo(137);
        assertThat(Processes.signal(stat, Signal.KILL)).isFalse();
    }

    @Test
    void aGroupExistsWhileItHasAMember() throws Exception {
        Child child = Spawner.start(sleep()).get();
        assertThat(Processes.groupExists(child.pid())).isTrue();
        assertThat(Processes.signalGroup(child.pid(), Signal.TERM)).isTrue();
        assertThat(child.exit().toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo(143);
        await().until(() -> !Processes.groupExists(child.pid()));
        assertThat(Processes.signalGroup(child.pid(), Signal.TERM)).isFalse();
    }

    @Test
    void oneselfTheOwnGroupAndEverybodyCannotBeSignalledByMistake() {
        for (int pid : new int[] {1, 0, -1}) {
            assertThatThrownBy(() -> Processes.signal(pid, Signal.KILL)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Processes.signalGroup(pid, Signal.KILL))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aLaunchThatFailsSaysWhy() {
        Launch launch = new Launch(
                List.of("true"),
                Optional.of(java.nio.file.Path.of("/no/such/directory")),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertThatThrownBy(() -> Spawner.start(launch).join())
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("/no/such/directory");
    }

    @Test
    void signalsAreTakenByNameOrNumberInAnyCase() {
        assertThat(List.of("TERM", "SIGTERM", "sigterm", "15", " term "))
                .allSatisfy(text -> assertThat(Signal.of(text)).contains(Signal.TERM));
        assertThat(Signal.of("NOPE")).isEmpty();
        assertThat(Signal.of("0")).isEmpty();
        assertThat(Signal.ofExitCode(137)).contains(Signal.KILL);
        assertThat(Signal.ofExitCode(128)).isEmpty();
        assertThat(Signal.ofExitCode(3)).isEmpty();
    }

    @Test
    void aSignalToThisProcessRunsItsAction() throws Exception {
        AtomicInteger arrived = new AtomicInteger();
        SignalHandlers.handle(Signal.WINCH, arrived::incrementAndGet);
        Processes.signal(Processes.self(), Signal.WINCH);
        await().until(() -> arrived.get() == 1);
        Processes.signal(Processes.self(), Signal.WINCH);
        await().until(() -> arrived.get() == 2);
    }

    private static Launch sleep() {
        return new Launch(
                List.of("sleep", "1000"),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
