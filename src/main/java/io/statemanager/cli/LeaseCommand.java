package io.statemanager.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.Json;
import io.statemanager.bus.LeaseCommands;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code lease show|release|acquire}. */
final class LeaseCommand {
    private LeaseCommand() {}

    /** Who owns the environment. */
    @Command(name = "show", mixinStandardHelpOptions = true, header = "Shows who owns the environment.")
    static final class Show extends ClientCommand {
        @Override
        int run(ManagerClient manager) {
            return show(manager, LeaseCommands.GET, Json.object(), this::print);
        }

        private void print(ObjectNode lease) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("state", Texts.of(lease, "state")));
            rows.add(List.of("owner", Texts.of(lease, "owner")));
            rows.add(List.of("generation", Texts.of(lease, "generation")));
            rows.add(List.of("renewed", Texts.time(lease, "renewed_at")));
            rows.add(List.of("expires in", Texts.milliseconds(lease, "expires_in_ms")));
            for (String member : List.of("reason", "last_error")) {
                if (lease.hasNonNull(member)) {
                    rows.add(List.of(member.replace('_', ' '), Texts.of(lease, member)));
                }
            }
            Texts.table(rows).forEach(console().out()::println);
        }
    }

    /** Gives it back. */
    @Command(
            name = "release",
            mixinStandardHelpOptions = true,
            header = "Stops the processes, makes everything durable and gives the lease back.")
    static final class Release extends ClientCommand {
        @Override
        int run(ManagerClient manager) {
            return show(manager, LeaseCommands.RELEASE, Json.object(), answer -> {
                String at = answer.hasNonNull("checkpoint_id") ? " at " + Texts.of(answer, "checkpoint_id") : "";
                console().out().println(Texts.of(answer, "state") + at);
            });
        }
    }

    /** Takes it again. */
    @Command(
            name = "acquire",
            mixinStandardHelpOptions = true,
            header = "Takes the lease again after a release and starts the processes.")
    static final class Acquire extends ClientCommand {
        @Override
        int run(ManagerClient manager) {
            return show(
                    manager,
                    LeaseCommands.ACQUIRE,
                    Json.object(),
                    answer -> console()
                            .out()
                            .println(Texts.of(answer, "state") + ", generation " + Texts.of(answer, "generation")));
        }
    }
}
