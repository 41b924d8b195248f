package io.statemanager.cli;

import io.statemanager.runtime.RunOptions;
import io.statemanager.runtime.Version;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the manager; the root command too, so that {@code run} need not be said. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = RunCommand.OurVersion.class,
        header = "Runs the manager, and the command behind -- as its process 'app'.",
        customSynopsis = "state-manager [run] [OPTIONS] [-- COMMAND…]",
        optionListHeading = "%nOptions (each also by a variable, --data-dir by STATE_MANAGER_DATA_DIR):%n",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "CONTROLLER_TOKEN is the control token; without it one is made in <data-dir>/token.",
            "Exit codes: 0 done, 1 failed, 2 usage, 3 manager not reachable, 4 refused."
        })
final class RunCommand implements Callable<Integer> {
    private final ToIntFunction<RunOptions> manager;
    private final Console console;
    private final Program program;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunArguments arguments;

    RunCommand(ToIntFunction<RunOptions> manager, Console console, Program program) {
        this.manager = manager;
        this.console = console;
        this.program = program;
    }

    @Override
    public Integer call() {
        RunOptions options;
        try {
            options = arguments.options(program.words());
            if (program.given() && program.words().isEmpty()) {
                throw new IllegalArgumentException("a program is expected behind --");
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        try {
            return manager.applyAsInt(options);
        } catch (RuntimeException e) {
            return Failures.tell(e, console);
        }
    }

    /** For {@code --version}. */
    static final class OurVersion implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"state-manager " + Version.text()};
        }
    }
}
