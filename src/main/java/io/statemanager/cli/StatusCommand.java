package io.statemanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.bus.StatusCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code status}: everything at a glance. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        versionProvider = RunCommand.OurVersion.class,
        header = "Shows the state of everything.")
final class StatusCommand extends ClientCommand {
    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(5);
    private static final int OK = 200;

    @Option(names = "--health", description = "Only whether the manager is ready, by the exit code too (0 or 1).")
    private boolean health;

    @Override
    int run(ManagerClient manager) {
        return health ? health(manager) : show(manager, StatusCommands.GET, Json.object(), this::print);
    }

    private int health(ManagerClient manager) {
        return manager.get("/readyz", Map.of(), HEALTH_LIMIT, answer -> {
            byte[] bytes = answer.body().readAllBytes();
            JsonNode body = Json.parse(bytes, FailureCode.INTERNAL);
            if (json()) {
                console().out().println(Json.text(body));
            } else {
                String state = body.has("state") ? " (" + Texts.of(body, "state") + ")" : "";
                String reason = body.has("reason") ? ": " + Texts.of(body, "reason") : "";
                console().out().println((answer.status() == OK ? "ready" : "not ready") + state + reason);
            }
            return answer.status() == OK ? ExitCodes.DONE : ExitCodes.FAILED;
        });
    }

    private void print(ObjectNode status) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("environment", Texts.of(status, "name") + ", " + state(status)));
        add(rows, "reason", status, "reason");
        add(rows, "last error", status, "last_error");
        add(rows, "stacks", status, "stacks");
        rows.add(List.of("lease", lease(status.path("lease"))));
        rows.add(List.of("storage", storage(status.path("storage"))));
        rows.add(List.of("checkpoints", checkpoints(status.path("checkpoints"))));
        add(rows, "version", status, "version");
        Texts.table(rows).forEach(console().out()::println);
        status.path("warnings")
                .forEach(warning -> console().out().println("warning: " + Texts.printable(warning.asText())));
        section(ProcessCommand.rows(status.path("processes")));
        section(DatabaseCommand.rows(status.path("databases")));
    }

    private static String state(JsonNode status) {
        return Texts.of(status, "state") + (status.path("ready").asBoolean() ? ", ready" : ", not ready");
    }

    private static String lease(JsonNode lease) {
        String owner = lease.has("owner") ? " by " + Texts.of(lease, "owner") : "";
        String generation = lease.has("generation") ? ", generation " + Texts.of(lease, "generation") : "";
        String reason = lease.has("reason") ? ": " + Texts.of(lease, "reason") : "";
        return Texts.of(lease, "state") + owner + generation + reason;
    }

    private static String storage(JsonNode storage) {
        String where = storage.has("bucket") ? Texts.of(storage, "bucket") : Texts.of(storage, "path");
        String error = storage.has("last_error") ? ": " + Texts.of(storage, "last_error") : "";
        return storage.has("type")
                ? Texts.of(storage, "type") + " " + where + ", " + Texts.of(storage, "state") + error
                : "-";
    }

    private static String checkpoints(JsonNode summary) {
        String newest = summary.has("newest") ? ", newest " + Texts.of(summary, "newest") : "";
        String operation = summary.has("operation") ? ", under way: " + Texts.of(summary, "operation") : "";
        String error = summary.has("last_error") ? ", last error: " + Texts.of(summary, "last_error") : "";
        return Texts.of(summary, "count") + newest + operation + error;
    }

    private static void add(List<List<String>> rows, String label, ObjectNode status, String member) {
        if (status.hasNonNull(member)) {
            rows.add(List.of(label, Texts.of(status, member)));
        }
    }

    private void section(List<List<String>> rows) {
        if (rows.size() > 1) {
            console().out().println();
            Texts.table(rows).forEach(console().out()::println);
        }
    }
}
