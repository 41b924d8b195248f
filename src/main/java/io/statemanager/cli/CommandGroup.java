package io.statemanager.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A word that needs a second one, such as {@code checkpoint}. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = RunCommand.OurVersion.class,
        synopsisSubcommandLabel = "COMMAND")
final class CommandGroup implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        String known = String.join(", ", spec.subcommands().keySet());
        throw new ParameterException(spec.commandLine(), spec.name() + ": one of " + known + " is expected");
    }
}
