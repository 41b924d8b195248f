package io.statemanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Holds the command line's tables in {@code docs/} against the code. */
class CommandLineDocumentationTest {
    private static final Path DOCS = Path.of(System.getProperty("project.dir", "."), "docs");
    private static final Pattern OPTION =
            Pattern.compile("\\| `(--[a-z-]+)( [^`]+)?` \\| `([A-Z_]+)` \\| (.+?) \\| .+ \\|");
    private static final Pattern COMMAND = Pattern.compile("\\| `([a-z]+(?: [a-z]+)?)[^`]*` \\| .+ \\| .+ \\|");

    private final CommandLine root =
            new ManagerCli(options -> 0, new Console(nothing(), nothing(), Map.of(), false)).commandLine();

    private static PrintStream nothing() {
        return new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    }

    private record Option(String argument, String variable, String defaultValue) {}

    @Test
    void everyOptionOfRunIsInTheTableWithItsVariableAndDefault() throws IOException {
        Map<String, Option> documented = new LinkedHashMap<>();
        for (String line : Files.readString(DOCS.resolve("configuration.md")).split("\n", -1)) {
            Matcher row = OPTION.matcher(line.replace("\\|", "/"));
            if (row.matches()) {
                String argument = row.group(2) == null ? "" : row.group(2).strip();
                documented.put(
                        row.group(1),
                        new Option(argument, row.group(3), row.group(4).replace("`", "")));
            }
        }
        Map<String, Option> known = new LinkedHashMap<>();
        for (OptionSpec option :
                root.getSubcommands().get("run").getCommandSpec().options()) {
            if (!option.usageHelp() && !option.versionHelp()) {
                known.put(option.longestName(), option(option));
            }
        }

        assertThat(documented).containsExactlyInAnyOrderEntriesOf(known);
    }

    private static Option option(OptionSpec option) {
        boolean flag = option.arity().max() == 0;
        String argument = flag ? "" : option.paramLabel().replace('|', '/');
        String none = option.longestName().equals("--socket-dir") ? "the data directory" : "–";
        String value = option.defaultValue() == null ? (flag ? "false" : none) : option.defaultValue();
        return new Option(argument, EnvironmentDefaults.variable(option.longestName()), value);
    }

    @Test
    void everyCommandIsInTheTable() throws IOException {
        String page = Files.readString(DOCS.resolve("api.md"));
        Map<String, CommandLine> documented = new LinkedHashMap<>();
        for (String line : page.substring(page.indexOf("## Command line")).split("\n", -1)) {
            Matcher row = COMMAND.matcher(line.replace("\\|", "/"));
            if (row.matches()) {
                documented.put(row.group(1), null);
            }
        }
        Map<String, CommandLine> known = new LinkedHashMap<>();
        root.getSubcommands().forEach((name, command) -> {
            if (command.getSubcommands().isEmpty()) {
                known.put(name, null);
            } else {
                command.getSubcommands().keySet().forEach(second -> known.put(name + " " + second, null));
            }
        });

        assertThat(documented.keySet()).containsExactlyInAnyOrderElementsOf(known.keySet());
    }
}
