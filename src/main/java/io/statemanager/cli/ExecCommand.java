package io.statemanager.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.Json;
import io.statemanager.bus.ProcessCommands;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code exec -- COMMAND}: runs a program in the environment and ends as it ended. */
@Command(
        name = "exec",
        mixinStandardHelpOptions = true,
        customSynopsis = "state-manager exec [OPTIONS] -- COMMAND…",
        header = "Runs a command beside the processes, with their environment.",
        description = {
            "It begins in the manager's working directory; the environment's directory is STATE_MANAGER_ENV_DIR:",
            "  state-manager exec -- sh -c 'cd \"$STATE_MANAGER_ENV_DIR\" && ls'",
            "Ends with the command's own exit code; 1 where a signal ended it."
        })
final class ExecCommand extends ClientCommand {
    @Option(names = "--timeout", paramLabel = "SECONDS", description = "After this time the command is ended.")
    private Long timeout;

    @Override
    boolean takesProgram() {
        return true;
    }

    @Override
    int run(ManagerClient manager) {
        if (program().words().isEmpty()) {
            throw usage("a program is expected behind --");
        }
        ObjectNode members = Json.object();
        ArrayNode command = members.putArray("command");
        program().words().forEach(command::add);
        if (timeout != null) {
            members.put("timeout_ms", timeout * 1000);
        }
        ObjectNode ran = ask(manager, ProcessCommands.RUN, members);
        print(ran);
        return ran.path("code").asInt(ExitCodes.FAILED);
    }

    @Override
    String look(String program, String where) {
        return "it ends by itself or after its --timeout";
    }

    private void print(ObjectNode ran) {
        if (json()) {
            console().out().println(Json.text(ran));
            return;
        }
        console().out().print(ran.path("output").asText());
        console().out().flush();
        if (ran.path("truncated").asBoolean()) {
            console().err().println("(the output was cut)");
        }
        if (ran.hasNonNull("signal")) {
            console().err().println("ended by " + Texts.of(ran, "signal"));
        }
    }
}
