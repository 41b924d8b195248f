package io.statemanager.cli;

import io.statemanager.runtime.RunOptions;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import picocli.CommandLine;

/**
 * The command line as a whole: finds the sub-command ({@code run} where there is none), runs it, gives the exit code. What stands behind
 * {@code --} is a program with its arguments and never read as ours.
 */
public final class ManagerCli {
    static final String NAME = "state-manager";

    private final ToIntFunction<RunOptions> manager;
    private final Console console;

    /** @param manager runs the manager until its end and gives the exit code */
    public ManagerCli(ToIntFunction<RunOptions> manager, Console console) {
        this.manager = manager;
        this.console = console;
    }

    public int execute(String... arguments) {
        int end = Arrays.asList(arguments).indexOf("--");
        List<String> ours = Arrays.asList(arguments).subList(0, end < 0 ? arguments.length : end);
        Program program = end < 0
                ? Program.none()
                : new Program(Arrays.asList(arguments).subList(end + 1, arguments.length), true);
        return commandLine(program, ours.isEmpty() ? null : ours.get(0))
                .setParameterExceptionHandler(
                        (problem, parsed) -> UsageFault.tell(problem, Arrays.asList(arguments), console))
                .execute(ours.toArray(new String[0]));
    }

    /** All commands with their options, for completion and for the documentation's test. */
    CommandLine commandLine() {
        return commandLine(Program.none(), null);
    }

    /** @param word the first one; where it is a client command's, no other is made */
    private CommandLine commandLine(Program program, String word) {
        CommandLine root = new CommandLine(new RunCommand(manager, console, program));
        root.getCommandSpec()
                .name(NAME)
                .usageMessage()
                .header("Runs an application and makes its state outlive the machine.");
        Map<String, Supplier<CommandLine>> client = ClientCommands.all(console, program);
        if (client.containsKey(word)) {
            root.addSubcommand(word, client.get(word).get());
            return configure(root);
        }
        root.addSubcommand("run", new RunCommand(manager, console, program));
        client.forEach((name, command) -> root.addSubcommand(name, command.get()));
        root.addSubcommand(new CompletionCommand(console, this::commandLine));
        return configure(root);
    }

    private CommandLine configure(CommandLine root) {
        return root.setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setAbbreviatedOptionsAllowed(false)
                .setDefaultValueProvider(new EnvironmentDefaults(console.environment()))
                .setUsageHelpAutoWidth(true)
                .setOut(writer(console.out()))
                .setErr(writer(console.err()))
                .setExecutionExceptionHandler((failure, command, parsed) -> Failures.tell(failure, console));
    }

    private static PrintWriter writer(java.io.PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }
}
