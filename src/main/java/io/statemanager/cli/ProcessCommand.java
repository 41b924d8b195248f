package io.statemanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.Json;
import io.statemanager.bus.ProcessCommands;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ps}, {@code start}, {@code stop}, {@code restart}, {@code signal}. */
final class ProcessCommand {
    private ProcessCommand() {}

    /** A table of processes, its head first. */
    static List<List<String>> rows(JsonNode processes) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("PROCESS", "STATE", "PID", "UPTIME", "RESTARTS", "LAST EXIT", "COMMAND"));
        processes.forEach(process -> rows.add(List.of(
                Texts.of(process, "name"),
                state(process),
                Texts.of(process, "pid"),
                Texts.milliseconds(process, "uptime_ms"),
                Texts.of(process, "restarts"),
                exit(process.path("last_exit")),
                Texts.of(process, "command"))));
        return rows;
    }

    private static String state(JsonNode process) {
        return Texts.of(process, "state") + (process.hasNonNull("reason") ? ": " + Texts.of(process, "reason") : "");
    }

    private static String exit(JsonNode exit) {
        if (exit.hasNonNull("signal")) {
            return Texts.of(exit, "signal") + (exit.path("out_of_memory").asBoolean() ? " (out of memory)" : "");
        }
        return Texts.of(exit, "code");
    }

    /** The processes. */
    @Command(name = "ps", mixinStandardHelpOptions = true, header = "Lists the processes.")
    static final class Ps extends ClientCommand {
        @Override
        int run(ManagerClient manager) {
            return show(
                    manager,
                    ProcessCommands.LIST,
                    Json.object(),
                    answer -> Texts.table(rows(answer.path("processes")))
                            .forEach(console().out()::println));
        }
    }

    /** What the commands for one process share. */
    abstract static class OfOne extends ClientCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "The process; app is the one behind --.")
        private String name;

        final int act(ManagerClient manager, io.statemanager.bus.Command<?, ?> command, ObjectNode members) {
            return show(
                    manager,
                    command,
                    members.put("name", name),
                    answer -> console()
                            .out()
                            .println(Texts.printable(name) + ": " + Texts.of(answer.path("process"), "state")));
        }
    }

    /** Starts one. */
    @Command(name = "start", mixinStandardHelpOptions = true, header = "Starts a process that is stopped.")
    static final class Start extends OfOne {
        @Override
        int run(ManagerClient manager) {
            return act(manager, ProcessCommands.START, Json.object());
        }
    }

    /** Stops one. */
    @Command(name = "stop", mixinStandardHelpOptions = true, header = "Stops a process; it stays stopped.")
    static final class Stop extends OfOne {
        @Override
        int run(ManagerClient manager) {
            return act(manager, ProcessCommands.STOP, Json.object());
        }
    }

    /** Stops and starts one. */
    @Command(name = "restart", mixinStandardHelpOptions = true, header = "Stops and starts a process.")
    static final class Restart extends OfOne {
        @Override
        int run(ManagerClient manager) {
            return act(manager, ProcessCommands.RESTART, Json.object());
        }
    }

    /** Signals one. */
    @Command(name = "signal", mixinStandardHelpOptions = true, header = "Sends a signal to a process's group.")
    static final class Signal extends OfOne {
        @Parameters(index = "1", paramLabel = "SIGNAL", description = "For example HUP, SIGUSR1 or 15.")
        private String signal;

        @Override
        int run(ManagerClient manager) {
            return act(manager, ProcessCommands.SIGNAL, Json.object().put("signal", signal));
        }
    }
}
