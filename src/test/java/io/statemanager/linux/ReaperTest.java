package io.statemanager.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.statemanager.support.JavaProgram;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReaperTest {
    private static final int CHILDREN = 200;

    @Test
    void asSubreaperItLeavesNoZombieAndStealsNoExitCode() throws IOException {
        assertThat(JavaProgram.output(JavaProgram.of(List.of(), ReapingProgram.class, CHILDREN)))
                .contains("init=false children=200 wrong=0 left=0");
    }

    @Test
    void asPid1ItLeavesNoZombieAndStealsNoExitCode() throws IOException {
        assumeTrue(JavaProgram.mayUnshare(), "LEFT OUT: no pid namespace may be made here, so nothing can be pid 1");
        List<String> unshare = List.of("unshare", "-pf", "--mount-proc");
        assertThat(JavaProgram.output(JavaProgram.of(unshare, ReapingProgram.class, CHILDREN)))
                .contains("init=true children=200 wrong=0 left=0");
    }
}
