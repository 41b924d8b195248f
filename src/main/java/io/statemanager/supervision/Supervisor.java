package io.statemanager.supervision;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.Processes;
import io.statemanager.linux.Signal;
import io.statemanager.supervision.ProcessState.Alive;
import io.statemanager.supervision.ProcessState.Cause;
import io.statemanager.supervision.ProcessState.Goal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * All supervised processes of this manager, and what can be done to them. Knows nothing of the event bus.
 *
 * <p>Safe for any thread: each operation is carried out on the supervision thread and answers by a future, which completes there; lists and
 * logs are answered from memory at once. Refusals are {@link CommandException}s.
 */
final class Supervisor implements AutoCloseable {
    private final Workshop workshop;
    private final Control control;
    private final Fleet fleet;

    private Supervisor(Workshop workshop, BiConsumer<String, ProcessStatus> listener) {
        this.workshop = workshop;
        this.control = workshop.control();
        this.fleet = new Fleet(workshop, listener);
    }

    /**
     * Opens the record of processes and makes this process the one to which its orphaned descendants come. Blocking. Nothing runs yet, and
     * nothing may until {@link #startAll}.
     *
     * @param listener told of what happens to a process ({@code started}, {@code exited}, …), on the supervision thread
     */
    static Supervisor open(Setup settings, BiConsumer<String, ProcessStatus> listener) throws IOException {
        return new Supervisor(Workshop.open(settings), listener);
    }

    // ---- everybody ----

    /**
     * Ends what is left of a former incarnation's processes, never anybody else, and completes when they are proved gone; fails, naming them,
     * where they do not end within 20 s. To be called before anything is started; on a thread of its own.
     */
    CompletableFuture<FormerProcesses.Report> endFormer() {
        return workshop.endFormer();
    }

    /**
     * Sets the processes that there are. One that is up is restarted where its command, variables or directory changed; one that is no longer
     * defined is stopped; a new one is started where processes may run; nothing else is touched. Completes when nobody of an old definition
     * is left.
     *
     * @param shared variables that every process gets from its next launch on
     */
    CompletableFuture<Void> apply(List<ProcessSpec> specs, Map<String, String> shared) {
        return control.ask(() -> fleet.apply(specs, shared));
    }

    /** Permits processes to run and starts those that nobody stopped by hand; completes when each is launched or its first launch failed. */
    CompletableFuture<Void> startAll() {
        return control.ask(fleet::startAll);
    }

    /**
     * Stops all, the last one first, each when the one before is gone, and permits no start; completes when nobody is left. A start of all in
     * the meantime ends it.
     */
    CompletableFuture<Void> stopAll() {
        return control.ask(fleet::stopAll);
    }

    /** SIGKILL to everybody at once, frozen or not, and permits no start; completes when they are proved gone. */
    CompletableFuture<Void> killAll() {
        return control.ask(fleet::killAll);
    }

    /** See {@link FreezeHolds#freeze}. */
    CompletableFuture<FreezeHolds.Frozen> freeze(String reason, Duration watchdog) {
        return control.ask(() -> fleet.holds().freeze(reason, watchdog));
    }

    /** See {@link FreezeHolds#thaw}. */
    CompletableFuture<FreezeHolds.Thawed> thaw(String reason) {
        return control.ask(() -> CompletableFuture.completedFuture(fleet.holds().thaw(reason)));
    }

    /** Passes a signal that this manager got on to each process (to its leader, which knows what it means for the others). */
    void forward(Signal signal) {
        control.execute(() -> {
            if (!fleet.holds().isActive()) {
                fleet.roster().inOrder().forEach(process -> process.child().ifPresent(run -> send(run.pid(), signal)));
            }
        });
    }

    // ---- one ----

    /** All defined processes, in order; at once. */
    List<ProcessStatus> list() {
        return fleet.roster().list();
    }

    /** The last lines of a process after a line number (0: from the first that is kept); at once. */
    List<OutputLine> logs(String name, int count, long after) {
        return fleet.roster().logOf(name).tail().last(count, after);
    }

    /** Starts a process that is not up, now; fails where it cannot be started (its policy tries again). */
    CompletableFuture<ProcessStatus> start(String name) {
        return one(name, process -> {
            requirePermission(name);
            return process.start();
        });
    }

    /** Stops a process with its whole group and descendants; it stays stopped until it is started by hand. */
    CompletableFuture<ProcessStatus> stop(String name) {
        return one(name, process -> process.stop(Goal.STOP, Cause.BY_HAND));
    }

    /** Stops and starts a process. */
    CompletableFuture<ProcessStatus> restart(String name) {
        return one(name, process -> {
            requirePermission(name);
            return process.restart();
        });
    }

    /** Sends a signal to a process's group. While it is frozen only SIGKILL: another would end the freeze or wait for its end. */
    CompletableFuture<ProcessStatus> signal(String name, Signal signal) {
        return one(name, process -> {
            if (!(process.state() instanceof Alive alive)) {
                throw CommandException.of(FailureCode.PROCESS_STATE, name + " is not running");
            }
            if (fleet.holds().isActive() && signal != Signal.KILL) {
                throw CommandException.of(FailureCode.PROCESS_STATE, name + " is frozen")
                        .retryAfter(Duration.ofSeconds(1));
            }
            send(-alive.leader(), signal);
            return CompletableFuture.completedFuture(null);
        });
    }

    /** Runs a command beside the processes, with their environment, and gives its end and output. */
    CompletableFuture<OneOffs.Outcome> run(List<String> command, Duration limit) {
        return control.ask(() -> {
            requirePermission(command.get(0));
            return fleet.oneOffs().run(command, limit);
        });
    }

    /** Ends the threads; the processes should be stopped before. Blocking, for at most two seconds for output that is still to be written. */
    @Override
    public void close() {
        workshop.close();
    }

    // ---- inside ----

    private CompletableFuture<ProcessStatus> one(String name, Function<ManagedProcess, CompletableFuture<Void>> step) {
        return control.ask(() -> {
            ManagedProcess process = fleet.roster().get(name);
            return step.apply(process).handle((done, failure) -> {
                if (failure != null) {
                    throw refusal(name, failure);
                }
                return Roster.status(process);
            });
        });
    }

    private static CommandException refusal(String name, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Launcher.LaunchFailure
                ? CommandException.of(
                        FailureCode.PROCESS_STATE, name + " was not started: " + cause.getMessage(), cause)
                : CommandException.from(cause);
    }

    private void requirePermission(String name) {
        if (!fleet.mayRun()) {
            throw CommandException.of(
                    FailureCode.NOT_OWNER, name + " is not started: the environment is not ready for processes");
        }
    }

    private static void send(int target, Signal signal) {
        try {
            if (target < 0) {
                Processes.signalGroup(-target, signal);
            } else {
                Processes.signal(target, signal);
            }
        } catch (ErrnoException e) {
            throw CommandException.of(FailureCode.PROCESS_STATE, e.getMessage(), e);
        }
    }
}
