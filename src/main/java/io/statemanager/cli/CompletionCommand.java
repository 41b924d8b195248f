package io.statemanager.cli;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion}: a script that lets a shell complete our words. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        header = "Prints a completion script for bash or zsh.",
        description = {"For this shell only:", "  source <(state-manager completion)"})
final class CompletionCommand implements Callable<Integer> {
    private final Console console;
    private final Supplier<CommandLine> commands;

    /** The shells that the script is for. */
    enum Shell {
        BASH,
        ZSH
    }

    @Parameters(arity = "0..1", paramLabel = "bash|zsh", defaultValue = "bash", description = "One script serves both.")
    private Shell shell;

    CompletionCommand(Console console, Supplier<CommandLine> commands) {
        this.console = console;
        this.commands = commands;
    }

    @Override
    public Integer call() {
        if (shell == Shell.ZSH) {
            console.out().println("autoload -U +X bashcompinit && bashcompinit");
        }
        console.out().println(AutoComplete.bash(ManagerCli.NAME, commands.get()));
        return ExitCodes.DONE;
    }
}
