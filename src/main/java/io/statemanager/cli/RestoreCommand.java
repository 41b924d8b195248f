package io.statemanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.CheckpointCommands;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code restore ID}. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        header = "Brings files and databases back to a checkpoint.",
        description = "The processes stop meanwhile; what is replaced is kept as a checkpoint pre-restore-….")
final class RestoreCommand extends ClientCommand {
    @Parameters(paramLabel = "ID", description = "The checkpoint.")
    private String id;

    @Override
    int run(ManagerClient manager) {
        return show(manager, CheckpointCommands.RESTORE, CheckpointCommand.id(id), this::print);
    }

    private void print(ObjectNode restored) {
        JsonNode files = restored.path("files");
        console()
                .out()
                .printf(
                        "%s is restored in %s: %s changed, %s deleted, %s unchanged; %s%n",
                        Texts.of(restored, "checkpoint_id"),
                        Texts.milliseconds(restored, "duration_ms"),
                        Texts.count(files, "changed", "file"),
                        Texts.of(files, "deleted"),
                        Texts.of(files, "unchanged"),
                        Texts.count(restored.path("databases").size(), "database"));
        console().out().println("the state before is kept as " + Texts.of(restored, "pre_restore_id"));
        restored.path("warnings")
                .forEach(warning -> console().err().println("warning: " + Texts.printable(warning.asText())));
    }
}
