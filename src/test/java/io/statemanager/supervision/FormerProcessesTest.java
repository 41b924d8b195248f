package io.statemanager.supervision;

import static io.statemanager.supervision.Stage.get;
import static io.statemanager.supervision.Stage.isAlive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.statemanager.linux.Cgroup;
import io.statemanager.linux.ProcessTable;
import io.statemanager.support.JavaProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormerProcessesTest {
    @TempDir
    Path parent;

    private final List<Process> helpers = new ArrayList<>();

    @AfterEach
    void endHelpers() {
        helpers.forEach(Process::destroyForcibly);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAKilledManagerLeftIsEndedAndNobodyElse(boolean useCgroup) throws Exception {
        assumeTrue(!useCgroup || hasCgroup(), "LEFT OUT: no writable cgroup2 freezer here");
        // given a process with a daemon, whose manager was killed
        Path directory = Files.createDirectory(parent.resolve("data"));
        crash(
                directory,
                useCgroup,
                false,
                // The pipe's reader is gone with the manager: what writes to it would die of that.
                "exec > /dev/null 2>&1; trap 'echo gently > $D/end; exit 0' TERM; (setsid sh -c 'echo $$ > $D/daemon; exec sleep 1000' &);"
                        + " echo $$ > $D/leader; while ! test -s $D/daemon; do sleep 0.01; done; touch $D/ready; while :; do sleep 0.01; done");
        int leader = pid(directory, "leader");
        int daemon = pid(directory, "daemon");
        assertThat(isAlive(leader)).isTrue();
        // and one of a manager of another directory, which is a copy of this one
        Path copy = Files.createDirectory(parent.resolve("copy"));
        Files.copy(directory.resolve(ProcessRecord.FILE), copy.resolve(ProcessRecord.FILE));
        crash(copy, useCgroup, false, "echo $$ > $D/leader; touch $D/ready; exec sleep 1000");
        int stranger = pid(copy, "leader");

        // when
        FormerProcesses.Report report = endFormer(directory, useCgroup);

        // then
        assertThat(report.ended()).contains(leader, daemon);
        assertThat(report.unproven()).isEmpty();
        assertThat(isAlive(leader)).isFalse();
        assertThat(isAlive(daemon)).isFalse();
        assertThat(Files.readString(directory.resolve("end"))).isEqualTo("gently\n");
        assertThat(isAlive(stranger)).isTrue();

        // and the copy's own manager ends that one
        assertThat(endFormer(copy, useCgroup).ended()).contains(stranger);
        assertThat(isAlive(stranger)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoWasFrozenNeverRunsAgain(boolean useCgroup) throws Exception {
        assumeTrue(!useCgroup || hasCgroup(), "LEFT OUT: no writable cgroup2 freezer here");
        // given
        Path directory = Files.createDirectory(parent.resolve("data"));
        crash(
                directory,
                useCgroup,
                true,
                "trap 'echo ran > $D/end; exit 0' TERM; echo $$ > $D/leader; touch $D/ready; while :; do sleep 0.01; done");
        int leader = pid(directory, "leader");

        // when
        try (Stage stage = new Stage(directory, useCgroup)) {
            get(stage.supervisor.endFormer());

            // then what comes next is not frozen with it
            stage.run(Stage.sh("next", "echo up > $D/next; exec sleep 1000"));
            assertThat(stage.awaitFile("next")).isEqualTo("up\n");
        }
        assertThat(isAlive(leader)).isFalse();
        assertThat(directory.resolve("end")).doesNotExist();
    }

    @Test
    void aRecordedLeaderIsFoundWithoutItsTag() throws Exception {
        // given
        Path directory = Files.createDirectory(parent.resolve("data"));
        crash(directory, false, false, "echo $$ > $D/leader; touch $D/ready; exec env -i sleep 1000");
        int leader = pid(directory, "leader");
        await().atMost(Stage.LIMIT)
                .until(() ->
                        ProcessTable.variable(leader, ChildEnvironment.INSTANCE).isEmpty());

        // when
        assertThat(endFormer(directory, false).ended()).contains(leader);

        // then
        assertThat(isAlive(leader)).isFalse();
    }

    @Test
    void aRecordedNumberThatIsSomebodyElsesByNowIsReportedAndLeftAlone() throws Exception {
        // given a record that names a process of another start time
        Path directory = Files.createDirectory(parent.resolve("data"));
        Process stranger = new ProcessBuilder("setsid", "sleep", "1000").start();
        helpers.add(stranger);
        int pid = (int) stranger.pid();
        await().atMost(Stage.LIMIT)
                .until(() -> ProcessTable.look(pid)
                        .filter(stat -> stat.session() == pid)
                        .isPresent());
        String record =
                "{\"format\":1,\"instance\":\"i\",\"boot_id\":\"" + ProcessTable.bootId() + "\",\"pid_namespace\":\""
                        + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
                        + "\",\"groups\":[{\"name\":\"web\",\"pid\":" + pid + ",\"start_ticks\":1}]}";
        Files.writeString(directory.resolve(ProcessRecord.FILE), record);

        // when
        FormerProcesses.Report report = endFormer(directory, false);

        // then
        assertThat(report.ended()).isEmpty();
        assertThat(report.unproven()).containsExactly(pid);
        assertThat(stranger.isAlive()).isTrue();
    }

    @Test
    void aDamagedRecordIsBegunAnewAndOneOfANewerFormatRefused() throws Exception {
        Path directory = Files.createDirectory(parent.resolve("data"));
        Files.writeString(directory.resolve(ProcessRecord.FILE), "{\"format\":1,");
        assertThat(ProcessRecord.open(directory).former()).isEmpty();
        Files.writeString(
                directory.resolve(ProcessRecord.FILE),
                Files.readString(directory.resolve(ProcessRecord.FILE)).replaceFirst("1", "2"));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> ProcessRecord.open(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has format 2; this version knows 1");
    }

    /** Without the end of everybody below us: orphans of the killed managers come to this JVM, and would go too. */
    private static FormerProcesses.Report endFormer(Path directory, boolean useCgroup) {
        Stage stage = new Stage(directory, useCgroup);
        FormerProcesses.Report report = get(stage.supervisor.endFormer());
        stage.supervisor.close();
        return report;
    }

    private void crash(Path directory, boolean useCgroup, boolean freeze, String script) throws Exception {
        Process manager = JavaProgram.of(List.of(), CrashingManager.class, directory, useCgroup, freeze, script)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        helpers.add(manager);
        BufferedReader out =
                new BufferedReader(new InputStreamReader(manager.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine()).isEqualTo("up");
        manager.destroyForcibly().waitFor();
    }

    private static int pid(Path directory, String name) throws IOException {
        return Integer.parseInt(Files.readString(directory.resolve(name)).trim());
    }

    private static boolean hasCgroup() {
        return Cgroup.make("state-manager-probe").map(Cgroup::remove).orElse(false);
    }
}
