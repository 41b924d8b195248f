package io.statemanager.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.statemanager.support.JavaProgram;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidOneTest {
    @TempDir
    Path directory;

    @Test
    void asPid1ItEndsItsOwnDaemonsAndLeavesAStrangersOrphanAlone() throws Exception {
        assumeTrue(JavaProgram.mayUnshare(), "LEFT OUT: no pid namespace may be made here, so nothing can be pid 1");
        // given a daemon of ours, and an orphan of somebody who entered the container, as "docker exec" does
        Process manager = JavaProgram.of(
                        List.of("unshare", "-pf", "--mount-proc", "--kill-child"),
                        PidOneManager.class,
                        directory,
                        "(setsid sh -c 'echo up > $D/daemon; exec sleep 1000' &); exec sleep 1000")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(manager.getInputStream(), StandardCharsets.UTF_8));
            assertThat(out.readLine()).isEqualTo("up 1");
            long init = manager.children().findFirst().orElseThrow().pid();
            Process visitor = new ProcessBuilder(
                            "nsenter",
                            "-t",
                            Long.toString(init),
                            "-p",
                            "-m",
                            "sh",
                            "-c",
                            "(setsid sh -c 'while :; do sleep 1000; done' &)")
                    .start();
            assertThat(visitor.waitFor()).isZero();
            await().atMost(Stage.LIMIT).until(() -> Files.exists(directory.resolve("daemon")));

            // when
            manager.getOutputStream().write('\n');
            manager.getOutputStream().flush();

            // then
            assertThat(out.readLine()).isEqualTo("left [Ssh]");
        } finally {
            manager.destroyForcibly().waitFor();
        }
    }
}
