package io.statemanager.linux;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A process that {@link Spawner} started: the leader of a session and a process group of its own, so that pid, session and group are one
 * number. Safe for any thread.
 */
public final class Child {
    private final int pid;
    private final CompletableFuture<Integer> exit;

    Child(Process process) {
        this.pid = Math.toIntExact(process.pid());
        this.exit = process.onExit().thenApply(Process::exitValue);
    }

    /** Its pid, its session's and its process group's number. */
    public int pid() {
        return pid;
    }

    /**
     * Completes when the process itself has ended, whatever its descendants do and whoever still holds its output: with the exit code, or 128
     * and the number of the signal that ended it. On a thread of the JDK's.
     */
    public CompletionStage<Integer> exit() {
        return exit;
    }
}
