package io.statemanager.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.ConfigCommands;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.runtime.IoReason;
import io.statemanager.runtime.RunOptions.Adopt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code config show} and {@code config apply}. */
final class ConfigCommand {
    private ConfigCommand() {}

    /** The configuration in force. */
    @Command(name = "show", mixinStandardHelpOptions = true, header = "Shows the configuration, secrets masked.")
    static final class Show extends ClientCommand {
        @Override
        int run(ManagerClient manager) {
            return show(
                    manager,
                    ConfigCommands.GET,
                    Json.object(),
                    document -> console().out().print(new String(Json.document(document), StandardCharsets.UTF_8)));
        }
    }

    /** A configuration from a file. */
    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            header = "Configures a manager that has no configuration, or replaces its saved one.")
    static final class Apply extends ClientCommand {
        @Parameters(paramLabel = "FILE", description = "A JSON document, comments allowed; - is standard input.")
        private String file;

        @Option(names = "--replace", description = "Save over the configuration that there is, for the next start.")
        private boolean replace;

        @Option(
                names = "--adopt",
                paramLabel = "local|remote",
                description = "Whose state wins where local files meet a store that does not know them.")
        private Adopt adopt;

        @Option(names = "--no-verify", description = "Save without trying the store first.")
        private boolean noVerify;

        @Override
        int run(ManagerClient manager) {
            ObjectNode document = read();
            if (replace) {
                document.put("replace", true);
            }
            if (adopt != null) {
                document.put("adopt", adopt.name().toLowerCase(Locale.ROOT));
            }
            if (noVerify) {
                document.put("verify", false);
            }
            return show(manager, ConfigCommands.APPLY, document, this::print);
        }

        private ObjectNode read() {
            try {
                byte[] bytes = file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
                return Json.parseCommented(bytes, FailureCode.INVALID_CONFIGURATION);
            } catch (IOException e) {
                throw usage(file + " cannot be read: " + IoReason.of(e));
            } catch (CommandException e) {
                throw usage(file + ": " + e.detail());
            }
        }

        private void print(ObjectNode answer) {
            boolean restart = answer.path("restart_required").asBoolean();
            console()
                    .out()
                    .println(
                            restart
                                    ? "saved; it counts from the next start on"
                                    : "configured: " + Texts.of(answer, "name"));
            if (answer.hasNonNull("state")) {
                String from = answer.hasNonNull("restored_checkpoint")
                        ? " from " + Texts.of(answer, "restored_checkpoint")
                        : "";
                console().out().println("state: " + Texts.of(answer, "state") + from);
            }
            answer.path("warnings")
                    .forEach(warning -> console().err().println("warning: " + Texts.printable(warning.asText())));
        }
    }
}
