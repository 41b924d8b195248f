package io.statemanager.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.Command;
import io.statemanager.bus.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A command that asks a running manager. A subclass collects the members of the request and prints the answer for people; {@code --json}
 * prints it as it came, a problem too.
 */
abstract class ClientCommand implements Callable<Integer> {
    @Mixin
    private ClientArguments client;

    @Spec
    private CommandSpec spec;

    private Console console;
    private Program program;

    /** Gives what the command works with, before it is called. */
    final ClientCommand with(Console given, Program words) {
        this.console = given;
        this.program = words;
        return this;
    }

    /** Asks and prints; the exit code. */
    abstract int run(ManagerClient manager);

    /** Whether a program may stand behind {@code --}. */
    boolean takesProgram() {
        return false;
    }

    @Override
    public final Integer call() {
        if (program.given() && !takesProgram()) {
            throw usage("nothing may stand behind -- here");
        }
        ManagerClient manager;
        try {
            manager = client.client(console);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        try {
            return run(manager);
        } catch (Refused refused) {
            if (json()) {
                console.out().println(Json.text(refused.problem()));
                return ExitCodes.ofStatus(refused.status());
            }
            throw refused;
        }
    }

    final Console console() {
        return console;
    }

    final Program program() {
        return program;
    }

    final boolean json() {
        return client.json();
    }

    final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Asks; progress is shown where the command has any and people read. */
    final ObjectNode ask(ManagerClient manager, Command<?, ?> command, ObjectNode members) {
        if (command.timeout().compareTo(Command.SHORT) <= 0) {
            return manager.ask(command, members);
        }
        Interruption interruption = interruption(manager);
        try {
            return askLong(manager, command, members);
        } finally {
            interruption.close();
        }
    }

    private Interruption interruption(ManagerClient manager) {
        String typed = spec.qualifiedName().replaceFirst("^" + ManagerCli.NAME + " ", "");
        return Interruption.watch(typed, manager::hasAsked, look("state-manager ", client.where()), console);
    }

    /**
     * What a person does who has interrupted the command and wants to know its end.
     *
     * @param program begins a command line
     * @param where ends it: the options that find this manager, or nothing
     */
    String look(String program, String where) {
        return program + "status" + where + " shows what is under way";
    }

    private ObjectNode askLong(ManagerClient manager, Command<?, ?> command, ObjectNode members) {
        if (json() || command.route().filter(route -> route.followed()).isEmpty()) {
            return manager.ask(command, members);
        }
        try (ProgressPrinter printer = new ProgressPrinter(console)) {
            return manager.follow(command, members, printer::line);
        }
    }

    /** Asks and prints: the plain answer with {@code --json}, else what {@code people} makes of it. */
    final int show(ManagerClient manager, Command<?, ?> command, ObjectNode members, People people) {
        ObjectNode answer = ask(manager, command, members);
        if (json()) {
            console.out().println(Json.text(answer));
        } else {
            people.print(answer);
        }
        return ExitCodes.DONE;
    }

    /** Prints an answer for people. */
    @FunctionalInterface
    interface People {
        void print(ObjectNode answer);
    }
}
