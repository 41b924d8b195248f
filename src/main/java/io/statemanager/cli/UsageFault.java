package io.statemanager.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Tells what is wrong with a command line and what to write instead: the word that is near to a mistyped one, or where the {@code --} belongs
 * that was forgotten before a program.
 */
final class UsageFault {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private final ParameterException problem;
    private final CommandLine command;
    private final List<String> arguments;
    private final Console console;

    /** @param arguments the whole command line */
    private UsageFault(ParameterException problem, List<String> arguments, Console console) {
        this.problem = problem;
        this.command = problem.getCommandLine();
        this.arguments = arguments;
        this.console = console;
    }

    /** Tells it on the error output; the exit code. */
    static int tell(ParameterException problem, List<String> arguments, Console console) {
        new UsageFault(problem, arguments, console).tell();
        return ExitCodes.USAGE;
    }

    private void tell() {
        if (problem instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            unmatched(unmatched.getUnmatched().get(0));
        } else {
            say(problem.getMessage(), help());
        }
    }

    private void unmatched(String word) {
        if (word.startsWith("-") && word.length() > 1) {
            String option = word.replaceFirst("=.*", "");
            say(
                    "there is no option " + option,
                    near(option, command.getCommandSpec().optionsMap().keySet(), ""));
        } else if (word.equals("help")) {
            say("there is no command 'help'", help());
        } else if (takesProgram() && near(word).isEmpty()) {
            say(
                    "'" + Texts.printable(word) + "' is neither an option nor a command"
                            + " (a program to run stands behind --)",
                    "write " + withDashes(word));
        } else if (!command.getSubcommands().isEmpty()) {
            say(
                    "there is no command '" + Texts.printable(word) + "'",
                    near(word, command.getSubcommands().keySet(), name() + " "));
        } else {
            say("'" + Texts.printable(word) + "' is one word too many", help());
        }
    }

    private boolean takesProgram() {
        Object asked = command.getCommand();
        return asked instanceof RunCommand || (asked instanceof ClientCommand client && client.takesProgram());
    }

    /** The command line as it was probably meant; what stood before the program stays before the dashes. */
    private String withDashes(String program) {
        int at = arguments.indexOf(program);
        List<String> words = new ArrayList<>(arguments.subList(0, at));
        words.add("--");
        words.addAll(arguments.subList(at, arguments.size()));
        return ManagerCli.NAME + " " + words.stream().map(UsageFault::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches()
                ? word
                : "'" + Texts.printable(word).replace("'", "'\\''") + "'";
    }

    private String near(String word, Collection<String> known, String before) {
        List<String> meant = near(word, known);
        return meant.isEmpty()
                ? help()
                : "did you mean " + meant.stream().map(before::concat).collect(Collectors.joining(" or ")) + "?";
    }

    private List<String> near(String word) {
        return near(word, command.getSubcommands().keySet());
    }

    /** Those that a slip or two away; of a short word little may be wrong, so that a program's name is not taken for a command. */
    private static List<String> near(String word, Collection<String> known) {
        return known.stream()
                .filter(other -> distance(word, other) * 3 <= word.length())
                .toList();
    }

    /** How many letters must be put in, left out or replaced (Levenshtein). */
    private static int distance(String one, String other) {
        int[] before = new int[other.length() + 1];
        for (int j = 0; j < before.length; j++) {
            before[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] row = new int[before.length];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = before[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(before[j], row[j - 1]));
            }
            before = row;
        }
        return before[other.length()];
    }

    private String name() {
        return command.getCommandSpec().qualifiedName();
    }

    private String help() {
        return name() + " --help tells what is expected";
    }

    private void say(String error, String hint) {
        console.err().println("error: " + error);
        console.err().println("hint: " + hint);
    }
}
