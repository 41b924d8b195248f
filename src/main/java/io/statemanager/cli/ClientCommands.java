package io.statemanager.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Every client command, in the order of the help. */
final class ClientCommands {
    private final Console console;
    private final Program program;
    private final List<CommandLine> commands = new ArrayList<>();

    private ClientCommands(Console console, Program program) {
        this.console = console;
        this.program = program;
    }

    static List<CommandLine> all(Console console, Program program) {
        ClientCommands client = new ClientCommands(console, program);
        client.add(new StatusCommand());
        client.group(
                "config",
                "Shows the configuration, or applies one.",
                new ConfigCommand.Show(),
                new ConfigCommand.Apply());
        client.group(
                "checkpoint",
                "Makes, lists, verifies and deletes checkpoints.",
                new CheckpointCommand.Create(),
                new CheckpointCommand.Listing(),
                new CheckpointCommand.Show(),
                new CheckpointCommand.Delete(),
                new CheckpointCommand.Verify());
        client.add(new RestoreCommand());
        client.group(
                "lease",
                "Shows, releases or takes the lease.",
                new LeaseCommand.Show(),
                new LeaseCommand.Release(),
                new LeaseCommand.Acquire());
        client.add(new ProcessCommand.Ps());
        client.add(new ProcessCommand.Start());
        client.add(new ProcessCommand.Stop());
        client.add(new ProcessCommand.Restart());
        client.add(new ProcessCommand.Signal());
        client.add(new LogsCommand());
        client.add(new ExecCommand());
        client.group(
                "db",
                "Lists the databases, or reads from one.",
                new DatabaseCommand.Listing(),
                new DatabaseCommand.Query());
        client.add(new EventsCommand());
        return client.commands;
    }

    private void add(ClientCommand command) {
        commands.add(new CommandLine(command.with(console, program)));
    }

    private void group(String name, String header, ClientCommand... members) {
        CommandLine group = new CommandLine(new CommandGroup());
        group.getCommandSpec().name(name).usageMessage().header(header);
        for (ClientCommand member : members) {
            group.addSubcommand(new CommandLine(member.with(console, program)));
        }
        commands.add(group);
    }
}
