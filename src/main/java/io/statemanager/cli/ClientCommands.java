package io.statemanager.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/** Every client command by its word, in the order of the help. A command is made when it is asked for: reading its annotations costs time. */
final class ClientCommands {
    private final Console console;
    private final Program program;
    private final Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();

    private ClientCommands(Console console, Program program) {
        this.console = console;
        this.program = program;
    }

    static Map<String, Supplier<CommandLine>> all(Console console, Program program) {
        ClientCommands client = new ClientCommands(console, program);
        client.add("status", StatusCommand::new);
        client.group(
                "config",
                "Shows the configuration, or applies one.",
                ConfigCommand.Show::new,
                ConfigCommand.Apply::new);
        client.group(
                "checkpoint",
                "Makes, lists, verifies and deletes checkpoints.",
                CheckpointCommand.Create::new,
                CheckpointCommand.Listing::new,
                CheckpointCommand.Show::new,
                CheckpointCommand.Delete::new,
                CheckpointCommand.Verify::new);
        client.add("restore", RestoreCommand::new);
        client.group(
                "lease",
                "Shows, releases or takes the lease.",
                LeaseCommand.Show::new,
                LeaseCommand.Release::new,
                LeaseCommand.Acquire::new);
        client.add("ps", ProcessCommand.Ps::new);
        client.add("start", ProcessCommand.Start::new);
        client.add("stop", ProcessCommand.Stop::new);
        client.add("restart", ProcessCommand.Restart::new);
        client.add("signal", ProcessCommand.Signal::new);
        client.add("logs", LogsCommand::new);
        client.add("exec", ExecCommand::new);
        client.group(
                "db",
                "Lists the databases, reads from one, or restores one.",
                DatabaseCommand.Listing::new,
                DatabaseCommand.Query::new,
                DatabaseCommand.Positions::new,
                DatabaseCommand.Restore::new);
        client.add("events", EventsCommand::new);
        return client.commands;
    }

    private void add(String name, Supplier<ClientCommand> command) {
        commands.put(name, () -> made(command));
    }

    private CommandLine made(Supplier<ClientCommand> command) {
        return new CommandLine(command.get().with(console, program));
    }

    @SafeVarargs
    private void group(String name, String header, Supplier<ClientCommand>... members) {
        commands.put(name, () -> {
            CommandLine group = new CommandLine(new CommandGroup());
            group.getCommandSpec().name(name).usageMessage().header(header);
            for (Supplier<ClientCommand> member : members) {
                group.addSubcommand(made(member));
            }
            return group;
        });
    }
}
