package io.statemanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code db list|positions|query|restore}. */
final class DatabaseCommand {
    private DatabaseCommand() {}

    /** A table of databases, its head first. */
    static List<List<String>> rows(JsonNode databases) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("DATABASE", "STATE", "POSITION", "SIZE", "LOG", "PATH"));
        databases.forEach(database -> rows.add(List.of(
                Texts.of(database, "name"),
                Texts.of(database, "state")
                        + (database.hasNonNull("reason") ? ": " + Texts.of(database, "reason") : "")
                        + (database.hasNonNull("last_error") ? ": " + Texts.of(database, "last_error") : ""),
                Texts.of(database, "txid"),
                Texts.bytes(database, "size_bytes"),
                Texts.bytes(database, "wal_bytes"),
                Texts.of(database, "path"))));
        return rows;
    }

    /** The databases. */
    @Command(name = "list", mixinStandardHelpOptions = true, header = "Lists the databases with their positions.")
    static final class Listing extends ClientCommand {
        @Override
        int run(ManagerClient manager) {
            return show(
                    manager,
                    DatabaseCommands.LIST,
                    Json.object(),
                    answer -> Texts.table(rows(answer.path("databases")))
                            .forEach(console().out()::println));
        }
    }

    /** Reads from one. */
    @Command(name = "query", mixinStandardHelpOptions = true, header = "Reads from a database.")
    static final class Query extends ClientCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "The database; app is the default one.")
        private String name;

        @Parameters(index = "1", paramLabel = "SQL", description = "One statement that reads.")
        private String sql;

        @Option(names = "--limit", paramLabel = "ROWS", description = "At most this many rows.")
        private Integer limit;

        @Override
        int run(ManagerClient manager) {
            ObjectNode members = Json.object().put("name", name).put("sql", sql);
            if (limit != null) {
                members.put("limit", limit);
            }
            return show(manager, DatabaseCommands.QUERY, members, this::print);
        }

        private void print(ObjectNode answer) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(cells(answer.path("columns")));
            answer.path("rows").forEach(row -> rows.add(cells(row)));
            Texts.table(rows).forEach(console().out()::println);
            if (answer.path("truncated").asBoolean()) {
                console().err().println("(there are more rows: --limit)");
            }
        }

        private static List<String> cells(JsonNode row) {
            List<String> cells = new ArrayList<>();
            row.forEach(cell -> cells.add(Texts.printable(cell.isNull() ? "NULL" : cell.asText())));
            return cells;
        }
    }

    /** What one can be restored to. */
    @Command(
            name = "positions",
            mixinStandardHelpOptions = true,
            header = "Lists the positions that a database can be restored to.")
    static final class Positions extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The database; app is the default one.")
        private String name;

        @Override
        int run(ManagerClient manager) {
            return show(manager, DatabaseCommands.POSITIONS, Json.object().put("name", name), answer -> {
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("TXID", "FROM", "LEVEL", "SIZE", "TIME"));
                answer.path("positions").forEach(position -> rows.add(row(position)));
                Texts.table(rows).forEach(console().out()::println);
            });
        }

        /** The time as it came: a part of a second may tell two positions apart. */
        private static List<String> row(JsonNode position) {
            return List.of(
                    Texts.of(position, "txid"),
                    Texts.of(position, "min_txid"),
                    Texts.of(position, "level"),
                    Texts.bytes(position, "size_bytes"),
                    Texts.of(position, "time"));
        }
    }

    /** Brings one to a position. */
    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            header = "Brings a database to a position: in place, or in a new file.",
            description = {
                "Without --output the processes stop meanwhile, and what is replaced is kept as a checkpoint pre-restore-….",
                "Without --txid and --timestamp it is the newest position."
            })
    static final class Restore extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The database; app is the default one.")
        private String name;

        @Option(names = "--txid", paramLabel = "N", description = "The position, as db positions lists them.")
        private Long txid;

        @Option(
                names = "--timestamp",
                paramLabel = "T",
                description = "The newest position up to a time: 2026-01-31T12:00:00Z, or 90s or 1h30m ago.")
        private String timestamp;

        @Option(
                names = "--output",
                paramLabel = "FILE",
                description = "Makes a new file of it, on the manager's machine; nothing stops.")
        private Path output;

        @Option(names = "--dry-run", description = "Says what would be restored, and does nothing.")
        private boolean dryRun;

        @Override
        int run(ManagerClient manager) {
            if (txid != null && timestamp != null) {
                throw usage("either --txid or --timestamp is expected, not both");
            }
            ObjectNode members = Json.object().put("name", name);
            if (txid != null) {
                members.put("txid", txid);
            }
            if (timestamp != null) {
                members.put("timestamp", timestamp);
            }
            if (output != null) {
                members.put("output", output.toAbsolutePath().normalize().toString());
            }
            if (dryRun) {
                members.put("dry_run", true);
            }
            return show(manager, DatabaseCommands.RESTORE, members, this::print);
        }

        private void print(ObjectNode answer) {
            String what = Texts.of(answer, "name") + " at TXID " + Texts.of(answer, "txid") + " of "
                    + Texts.of(answer, "time") + " (" + Texts.bytes(answer, "size_bytes") + ")";
            if (dryRun) {
                console()
                        .out()
                        .println("would restore " + what + " from " + Texts.count(answer, "files", "file") + " of "
                                + Texts.bytes(answer, "fetch_bytes"));
                return;
            }
            console()
                    .out()
                    .println(what + " is restored in " + Texts.milliseconds(answer, "duration_ms")
                            + (output == null ? "" : " to " + Texts.of(answer, "output")));
            if (output == null) {
                console().out().println("the state before is kept as " + Texts.of(answer, "pre_restore_id"));
            }
        }
    }
}
