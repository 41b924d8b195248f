package io.statemanager.supervision;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.Processes;
import io.statemanager.linux.Signal;
import io.statemanager.supervision.ProcessState.Alive;
import io.statemanager.supervision.ProcessState.Cause;
import io.statemanager.supervision.ProcessState.Goal;
import io.statemanager.supervision.ProcessState.Stopped;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private static final Duration STRAY_GRACE = Duration.ofSeconds(2);

    private final Workshop workshop;
    private final Control control;
    private final Roster roster = new Roster();
    private final FreezeHolds holds;
    private final Surroundings surroundings = new Inside();
    private final BiConsumer<String, ProcessStatus> listener;
    private final OneOffs oneOffs;
    private boolean mayRun;
    private int turn;

    private Supervisor(Workshop workshop, BiConsumer<String, ProcessStatus> listener) {
        this.workshop = workshop;
        this.listener = listener;
        this.control = workshop.control();
        this.holds = new FreezeHolds(
                control,
                workshop.ticker(),
                new Freezer(workshop.cgroup(), surroundings::look),
                this::launches,
                () -> roster.everyone().forEach(ManagedProcess::frozen),
                () -> roster.everyone().forEach(ManagedProcess::thawed));
        this.oneOffs = new OneOffs(surroundings, workshop, roster);
    }

    /**
     * Opens the record of processes and makes this process the one to which its orphaned descendants come. Blocking. Nothing runs yet, and
     * nothing may until {@link #startAll}.
     *
     * @param listener told of what happens to a process ({@code started}, {@code exited}, …), on the supervision thread
     */
    public static Supervisor open(Setup settings, BiConsumer<String, ProcessStatus> listener) throws IOException {
        return new Supervisor(Workshop.open(settings), listener);
    }

    // ---- everybody ----

    /**
     * Ends what is left of a former incarnation's processes, never anybody else, and completes when they are proved gone; fails, naming them,
     * where they do not end within 20 s. To be called before anything is started; on a thread of its own.
     */
    public CompletableFuture<FormerProcesses.Report> endFormer() {
        return workshop.endFormer();
    }

    /**
     * Sets the processes that there are. One that is up and whose definition changed is restarted with the new one; one that is no longer
     * defined is stopped; nothing else is touched, and nothing new is started. Completes when nobody of an old definition is left.
     *
     * @param shared variables that every process gets from its next launch on
     */
    public CompletableFuture<Void> apply(List<ProcessSpec> specs, Map<String, String> shared) {
        return control.ask(() -> {
            workshop.launcher().share(shared);
            List<CompletableFuture<?>> over = new ArrayList<>();
            List<ManagedProcess> order = new ArrayList<>();
            for (ProcessSpec spec : specs) {
                Optional<ManagedProcess> present = roster.find(spec.name());
                present.filter(process -> !process.spec().equals(spec))
                        .ifPresent(process -> over.add(process.redefine(spec)));
                order.add(present.orElseGet(() -> new ManagedProcess(surroundings, spec, workshop.log(spec.name()))));
            }
            roster.inOrder().stream()
                    .filter(process -> !order.contains(process))
                    .forEach(process -> over.add(remove(process)));
            roster.arrange(order);
            return allOf(over);
        });
    }

    /** Permits processes to run and starts those that nobody stopped by hand; completes when each is launched or its first launch failed. */
    public CompletableFuture<Void> startAll() {
        return control.ask(() -> {
            turn++;
            mayRun = true;
            return allOf(roster.inOrder().stream()
                    .filter(process -> !isStoppedByHand(process))
                    .map(process -> process.start().handle((done, failure) -> null))
                    .toList());
        });
    }

    /**
     * Stops all, the last one first, each when the one before is gone, and permits no start; completes when nobody is left. A start of all in
     * the meantime ends it.
     */
    public CompletableFuture<Void> stopAll() {
        return control.ask(() -> {
            int mine = ++turn;
            mayRun = false;
            CompletableFuture<Void> chain = allOf(roster.oneOffs().stream()
                    .map(process -> process.stop(Goal.STOP, Cause.ENVIRONMENT))
                    .toList());
            for (ManagedProcess process : roster.inReverse()) {
                chain = chain.thenComposeAsync(
                        done -> turn == mine
                                ? process.stop(Goal.STOP, Cause.ENVIRONMENT)
                                : CompletableFuture.<Void>completedFuture(null),
                        control);
            }
            return chain.thenComposeAsync(
                    done -> turn == mine ? sweep(STRAY_GRACE) : CompletableFuture.completedFuture(null), control);
        });
    }

    /** SIGKILL to everybody at once, frozen or not, and permits no start; completes when they are proved gone. */
    public CompletableFuture<Void> killAll() {
        return control.ask(() -> {
            turn++;
            mayRun = false;
            List<CompletableFuture<Void>> over = roster.everyone().stream()
                    .map(process -> process.kill(Cause.ENVIRONMENT))
                    .toList();
            return allOf(over)
                    .thenComposeAsync(done -> sweep(Duration.ZERO), control)
                    .thenRunAsync(holds::clear, control);
        });
    }

    /** See {@link FreezeHolds#freeze}. */
    public CompletableFuture<FreezeHolds.Frozen> freeze(String reason, Duration watchdog) {
        return control.ask(() -> holds.freeze(reason, watchdog));
    }

    /** See {@link FreezeHolds#thaw}. */
    public CompletableFuture<FreezeHolds.Thawed> thaw(String reason) {
        return control.ask(() -> CompletableFuture.completedFuture(holds.thaw(reason)));
    }

    /** Passes a signal that this manager got on to each process (to its leader, which knows what it means for the others). */
    public void forward(Signal signal) {
        control.execute(() -> {
            if (!holds.isActive()) {
                roster.inOrder().forEach(process -> process.child().ifPresent(run -> send(run.pid(), signal)));
            }
        });
    }

    // ---- one ----

    /** All defined processes, in order; at once. */
    public List<ProcessStatus> list() {
        return roster.list();
    }

    /** The last lines of a process after a line number (0: from the first that is kept); at once. */
    public List<OutputLine> logs(String name, int count, long after) {
        return roster.logOf(name).tail().last(count, after);
    }

    /** Starts a process that is not up, now; fails where it cannot be started (its policy tries again). */
    public CompletableFuture<ProcessStatus> start(String name) {
        return one(name, process -> {
            requirePermission(name);
            return process.start();
        });
    }

    /** Stops a process with its whole group and descendants; it stays stopped until it is started by hand. */
    public CompletableFuture<ProcessStatus> stop(String name) {
        return one(name, process -> process.stop(Goal.STOP, Cause.BY_HAND));
    }

    /** Stops and starts a process. */
    public CompletableFuture<ProcessStatus> restart(String name) {
        return one(name, process -> {
            requirePermission(name);
            process.stop(Goal.START_AGAIN, Cause.BY_HAND);
            return process.start();
        });
    }

    /** Sends a signal to a process's group. While it is frozen only SIGKILL: another would end the freeze or wait for its end. */
    public CompletableFuture<ProcessStatus> signal(String name, Signal signal) {
        return one(name, process -> {
            if (!(process.state() instanceof Alive alive)) {
                throw CommandException.of(FailureCode.PROCESS_STATE, name + " is not running");
            }
            if (holds.isActive() && signal != Signal.KILL) {
                throw CommandException.of(FailureCode.PROCESS_STATE, name + " is frozen")
                        .retryAfter(Duration.ofSeconds(1));
            }
            send(-alive.leader(), signal);
            return CompletableFuture.completedFuture(null);
        });
    }

    /** Runs a command beside the processes, with their environment, and gives its end and output. */
    public CompletableFuture<OneOffs.Outcome> run(List<String> command, Duration limit) {
        return control.ask(() -> {
            requirePermission(command.get(0));
            return oneOffs.run(command, limit);
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
            ManagedProcess process = roster.get(name);
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
        if (!mayRun) {
            throw CommandException.of(
                    FailureCode.NOT_OWNER, name + " is not started: the environment is not ready for processes");
        }
    }

    private static boolean isStoppedByHand(ManagedProcess process) {
        return process.state() instanceof Stopped stopped && stopped.cause() == Cause.BY_HAND
                || process.state() instanceof ProcessState.Stopping stopping
                        && stopping.goal() == Goal.STOP
                        && stopping.cause() == Cause.BY_HAND;
    }

    private CompletableFuture<Void> remove(ManagedProcess process) {
        return process.stop(Goal.STOP, Cause.ENVIRONMENT).thenRunAsync(() -> roster.remove(process), control);
    }

    private CompletableFuture<Void> sweep(Duration grace) {
        return new StraySweep(control, surroundings::look, grace).begin();
    }

    private CompletableFuture<Void> launches() {
        return allOf(roster.everyone().stream().map(ManagedProcess::launching).toList());
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

    private static CompletableFuture<Void> allOf(List<? extends CompletableFuture<?>> all) {
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    /** What the processes see of this. */
    private final class Inside implements Surroundings {
        @Override
        public Control control() {
            return control;
        }

        @Override
        public io.statemanager.runtime.Ticker ticker() {
            return workshop.ticker();
        }

        @Override
        public Launcher launcher() {
            return workshop.launcher();
        }

        @Override
        public Lineage look() throws IOException {
            return workshop.look(roster);
        }

        @Override
        public boolean mayRun() {
            return mayRun;
        }

        @Override
        public boolean isFrozen() {
            return holds.isActive();
        }

        @Override
        public boolean thawForStop() {
            holds.breakAll("a process was stopped");
            return !holds.isActive();
        }

        @Override
        public void launched(ChildProcess child) throws IOException {
            workshop.record().started(child.name(), child.pid());
            holds.tryAgain();
        }

        @Override
        public void gone(ChildProcess child) throws IOException {
            child.cgroup().ifPresent(io.statemanager.linux.Cgroup::remove);
            workshop.record().gone(child.pid());
        }

        @Override
        public void happened(String what, ManagedProcess process) {
            roster.refresh();
            oneOffs.happened(process);
            if (!what.equals(ManagedProcess.EXIT_KNOWN)
                    && roster.find(process.spec().name()).isPresent()) {
                listener.accept(what, Roster.status(process));
            }
        }
    }
}
