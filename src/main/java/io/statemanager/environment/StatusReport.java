package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.Command;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.bus.StatusCommands.Status;
import io.statemanager.bus.StatusCommands.Storage;
import io.statemanager.config.Configuration;
import io.statemanager.config.CurrentConfig;
import io.statemanager.config.Stack;
import io.statemanager.runtime.Version;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Puts the status together from what each feature knows in memory. A part that does not answer soon is left out, so that the status never waits
 * for an operation.
 */
final class StatusReport {
    private static final long PATIENCE_MS = 1000;

    private final Bus bus;
    private final Collaborators with;

    StatusReport(Collaborators with) {
        this.bus = with.bus();
        this.with = with;
    }

    Future<Status> make(
            Configuration configuration, Phase phase, boolean ready, String lastError, List<String> warnings) {
        boolean configured = configuration != null;
        Future<LeaseCommands.Lease> lease = configured ? lease() : Future.succeededFuture();
        Future<List<ProcessCommands.ProcessView>> processes =
                part(ProcessCommands.LIST).map(reply -> reply == null ? List.of() : reply.processes());
        Future<List<DatabaseCommands.DatabaseView>> databases = configured
                ? part(DatabaseCommands.LIST).map(reply -> reply == null ? List.of() : reply.databases())
                : Future.succeededFuture(List.of());
        Future<CheckpointCommands.Summary> checkpoints =
                configured ? part(CheckpointCommands.SUMMARY) : Future.succeededFuture();
        Future<List<String>> told = part(CurrentConfig.COMMAND).map(current -> told(current, warnings));
        Future<Storage> storage =
                with.storage().get().timeout(PATIENCE_MS, TimeUnit.MILLISECONDS).otherwiseEmpty();
        return Future.join(lease, processes, databases, checkpoints, storage, told)
                .map(done -> new Status(
                        configured,
                        running(processes.result()),
                        configured
                                ? configuration.stacks().stream()
                                        .map(Stack::text)
                                        .toList()
                                : null,
                        configured ? configuration.name() : null,
                        Version.text(),
                        phase.name().text(),
                        ready,
                        phase.reason(),
                        lease.result(),
                        processes.result(),
                        databases.result(),
                        checkpoints.result(),
                        storage.result(),
                        lastError,
                        told.result()));
    }

    private static List<String> told(CurrentConfig current, List<String> before) {
        if (current == null) {
            return before;
        }
        List<String> all = new ArrayList<>(current.warnings());
        if (!current.restartRequired().isEmpty()) {
            all.add("changed settings that count from the next start on: "
                    + String.join(", ", current.restartRequired()));
        }
        return all;
    }

    private boolean running(List<ProcessCommands.ProcessView> processes) {
        return !with.hasCommand()
                || processes.stream()
                        .anyMatch(p -> p.name().equals("app") && p.state().equals("running"));
    }

    private Future<LeaseCommands.Lease> lease() {
        return bus.request(LeaseCommands.GET, NOTHING)
                .timeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .recover(failure -> {
                    boolean none = CommandException.from(failure).code() == FailureCode.NO_ACTIVE_LEASER;
                    return Future.succeededFuture(
                            none
                                    ? new LeaseCommands.Lease(
                                            "none",
                                            null,
                                            null,
                                            null,
                                            null,
                                            null,
                                            null,
                                            "the leaser is not in the stacks",
                                            null)
                                    : null);
                });
    }

    private <R> Future<R> part(Command<Nothing, R> command) {
        return bus.request(command, NOTHING)
                .timeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }
}
