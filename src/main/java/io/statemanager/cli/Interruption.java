package io.statemanager.cli;

import java.util.function.BooleanSupplier;

/**
 * Tells whoever ends the client (Ctrl-C) in the middle of a long command what becomes of it: the manager ends no operation because its asker has
 * gone. The process ends as the JVM ends on the signal, with 130 for SIGINT.
 */
final class Interruption {
    private final Thread hook;

    private Interruption(Thread hook) {
        this.hook = hook;
    }

    /**
     * Watches until it is closed.
     *
     * @param command what was typed, without its arguments
     * @param asked whether the manager has been asked already
     * @param look what to do now, as a sentence's end
     */
    static Interruption watch(String command, BooleanSupplier asked, String look, Console console) {
        Thread hook = new Thread(() -> tell(command, asked.getAsBoolean(), look, console), "interruption");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The end has begun before anything was asked.
        }
        return new Interruption(hook);
    }

    private static void tell(String command, boolean asked, String look, Console console) {
        if (console.terminal()) {
            console.err().println();
        }
        console.err()
                .println(
                        asked
                                ? "interrupted: '" + command + "' goes on in the manager"
                                : "interrupted: the manager was not asked for '" + command + "' yet");
        if (asked) {
            console.err().println("hint: " + look);
        }
        console.err().flush();
    }

    /** From now on nothing is said. */
    void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The end has begun, and the hook has spoken.
        }
    }
}
