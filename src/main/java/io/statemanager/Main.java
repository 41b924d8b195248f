package io.statemanager;

import io.statemanager.cli.Console;
import io.statemanager.cli.ManagerCli;

/** Entry point of the jar: arguments and exit codes, nothing else. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(new ManagerCli(Application::run, Console.system()).execute(args));
    }
}
