package io.statemanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code checkpoint create|list|show|delete|verify}. */
final class CheckpointCommand {
    private CheckpointCommand() {}

    static ObjectNode id(String id) {
        return Json.object().put("id", id);
    }

    /** A new checkpoint. */
    @Command(name = "create", mixinStandardHelpOptions = true, header = "Makes a checkpoint; done when it is durable.")
    static final class Create extends ClientCommand {
        @Parameters(paramLabel = "ID", arity = "0..1", description = "Its id; without one the next v1, v2, …")
        private String id;

        @Option(names = "--comment", paramLabel = "TEXT", description = "What it is for.")
        private String comment;

        @Override
        int run(ManagerClient manager) {
            ObjectNode members = Json.object();
            if (id != null) {
                members.put("id", id);
            }
            if (comment != null) {
                members.put("comment", comment);
            }
            return show(manager, CheckpointCommands.CREATE, members, this::print);
        }

        @Override
        String look(String program, String where) {
            return super.look(program, where) + ", and " + program + "checkpoint list" + where
                    + " the checkpoint when it is done";
        }

        private void print(ObjectNode made) {
            JsonNode files = made.path("files");
            console()
                    .out()
                    .printf(
                            "%s: %s (%s), %s; %s uploaded in %s, paused %s, durable: %s%n",
                            Texts.of(made, "checkpoint_id"),
                            Texts.count(files.path("files").asLong(), "file"),
                            Texts.bytes(files, "bytes"),
                            Texts.count(made.path("databases").size(), "database"),
                            Texts.bytes(made, "bytes_uploaded"),
                            Texts.milliseconds(made, "duration_ms"),
                            Texts.milliseconds(made, "pause_ms"),
                            Texts.of(made, "durable"));
            made.path("warnings")
                    .forEach(warning -> console().err().println("warning: " + Texts.printable(warning.asText())));
        }
    }

    /** All checkpoints. */
    @Command(name = "list", mixinStandardHelpOptions = true, header = "Lists the checkpoints, oldest first.")
    static final class Listing extends ClientCommand {
        @Override
        int run(ManagerClient manager) {
            return show(manager, CheckpointCommands.LIST, Json.object(), answer -> {
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("ID", "TIME", "KIND", "FILES", "SIZE", "DATABASES", "COMMENT"));
                answer.path("checkpoints").forEach(checkpoint -> rows.add(row(checkpoint)));
                Texts.table(rows).forEach(console().out()::println);
            });
        }

        private static List<String> row(JsonNode checkpoint) {
            JsonNode files = checkpoint.path("files");
            return List.of(
                    Texts.of(checkpoint, "id"),
                    Texts.time(checkpoint, "create_time"),
                    Texts.of(checkpoint, "kind") + (checkpoint.path("auto").asBoolean() ? " (auto)" : ""),
                    Texts.of(files, "files"),
                    Texts.bytes(files, "bytes"),
                    Integer.toString(checkpoint.path("databases").size()),
                    Texts.of(checkpoint, "comment"));
        }
    }

    /** One checkpoint. */
    @Command(name = "show", mixinStandardHelpOptions = true, header = "Shows one checkpoint.")
    static final class Show extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The checkpoint.")
        private String id;

        @Override
        int run(ManagerClient manager) {
            return show(
                    manager,
                    CheckpointCommands.GET,
                    id(id),
                    checkpoint -> console().out().print(new String(Json.document(checkpoint), StandardCharsets.UTF_8)));
        }
    }

    /** Removes one. */
    @Command(name = "delete", mixinStandardHelpOptions = true, header = "Deletes a checkpoint.")
    static final class Delete extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The checkpoint.")
        private String id;

        @Override
        int run(ManagerClient manager) {
            return show(
                    manager,
                    CheckpointCommands.DELETE,
                    id(id),
                    answer -> console().out().println("deleted: " + Texts.of(answer, "checkpoint_id")));
        }
    }

    /** Proves that one can be restored. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            header = "Proves that everything a checkpoint needs is in the store.")
    static final class Verify extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The checkpoint.")
        private String id;

        @Option(names = "--read-data", description = "Read and check all data, not only that it is there.")
        private boolean readData;

        @Override
        int run(ManagerClient manager) {
            ObjectNode members = id(id);
            if (readData) {
                members.put("read_data", true);
            }
            return show(
                    manager,
                    CheckpointCommands.VERIFY,
                    members,
                    answer -> console()
                            .out()
                            .printf(
                                    "%s is complete: %s (%s), %s, checked in %s%n",
                                    Texts.of(answer, "checkpoint_id"),
                                    Texts.count(answer, "blobs", "blob"),
                                    Texts.bytes(answer, "bytes"),
                                    Texts.count(answer, "databases", "database"),
                                    Texts.milliseconds(answer, "duration_ms")));
        }

        @Override
        String look(String program, String where) {
            return "its result is not kept; verify again when it is over";
        }
    }
}
