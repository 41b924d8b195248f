package io.statemanager.config;

import static io.statemanager.config.Documents.FILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.Fault;
import io.statemanager.bus.ProcessCommands;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {
    @TempDir
    Path dataDir;

    @Test
    void theCommandComesFirstAndTimesComeFromTheSupervisorUnlessTheProcessHasItsOwn() {
        Configuration configuration = read("{" + FILE + ",'supervisor':{'restart_delay':'2s','timeout_stop':'7s'},"
                + "'processes':{'web':{'command':['serve','-p','80'],'env':{'A':'1'},'working_dir':'/srv','restart':'never'},"
                + "'job':{'command':['work'],'restart_delay':'0s','timeout_stop':'1m'}}}");

        ProcessCommands.Apply apply = Processes.of(configuration, List.of("python3", "app.py"));

        assertThat(apply.processes())
                .containsExactly(
                        new ProcessCommands.Definition(
                                "app", List.of("python3", "app.py"), Map.of(), null, "always", 2000, 7000),
                        new ProcessCommands.Definition(
                                "web", List.of("serve", "-p", "80"), Map.of("A", "1"), "/srv", "never", 2000, 7000),
                        new ProcessCommands.Definition("job", List.of("work"), Map.of(), null, "always", 0, 60000));
        assertThat(apply.variables())
                .isEqualTo(Map.of(
                        "STATE_MANAGER_ENV_DIR", dataDir.resolve("env").toString(),
                        "STATE_MANAGER_DATABASE",
                                dataDir.resolve("env/db/app.sqlite").toString()));
    }

    @Test
    void aConfiguredAppBesideACommandIsAFault() {
        Configuration configuration = read("{" + FILE + ",'processes':{'app':{'command':['x']}}}");

        CommandException failure =
                catchThrowableOfType(CommandException.class, () -> Processes.of(configuration, List.of("y")));

        assertThat(failure.faults())
                .containsExactly(new Fault("processes.app", "the command behind -- is the process app already"));
        assertThat(Processes.of(configuration, List.of()).processes()).hasSize(1);
    }

    @Test
    void withoutConfigurationTheCommandRunsAlone() {
        ProcessCommands.Apply apply = Processes.unconfigured(List.of("y"), dataDir);

        assertThat(apply.processes())
                .containsExactly(
                        new ProcessCommands.Definition("app", List.of("y"), Map.of(), null, "always", 1000, 90000));
        assertThat(Processes.unconfigured(List.of(), dataDir).processes()).isEmpty();
    }

    private Configuration read(String document) {
        return Configuration.read(Documents.document(document), dataDir);
    }
}
