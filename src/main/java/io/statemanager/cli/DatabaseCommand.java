package io.statemanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.Json;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code db list|query}. */
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
}
