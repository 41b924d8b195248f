package io.statemanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.Json;
import io.statemanager.bus.ProcessCommands;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code logs}: a process's last lines, and those that come. */
@Command(name = "logs", mixinStandardHelpOptions = true, header = "Shows a process's output.")
final class LogsCommand extends ClientCommand {
    private static final int MOST = 1000;
    private static final long PAUSE_NANOS = 500_000_000;

    @Parameters(paramLabel = "NAME", description = "The process; app is the one behind --.")
    private String name;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "COUNT",
            defaultValue = "100",
            description = "How many of the last lines. Default: ${DEFAULT-VALUE}")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with the lines that come.")
    private boolean follow;

    @Override
    int run(ManagerClient manager) {
        long last = print(ask(manager, ProcessCommands.LOGS, request().put("lines", lines)), 0);
        while (follow && !console().out().checkError()) {
            LockSupport.parkNanos(PAUSE_NANOS);
            last = print(
                    ask(
                            manager,
                            ProcessCommands.LOGS,
                            request().put("lines", MOST).put("after", last)),
                    last);
        }
        return ExitCodes.DONE;
    }

    private ObjectNode request() {
        return Json.object().put("name", name);
    }

    /** Prints the lines, names those that were missed, and gives the last one's number. */
    private long print(ObjectNode answer, long after) {
        long last = after;
        for (JsonNode line : answer.path("lines")) {
            long number = line.path("number").asLong();
            if (after > 0 && number > last + 1) {
                long missed = number - last - 1;
                console()
                        .err()
                        .println("(" + Texts.count(missed, "line") + (missed == 1 ? " was" : " were") + " not kept)");
            }
            last = Math.max(last, number);
            console()
                    .out()
                    .println(
                            json()
                                    ? Json.text(line)
                                    : Texts.printable(line.path("text").asText()));
        }
        return last;
    }
}
