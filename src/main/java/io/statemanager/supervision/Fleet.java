package io.statemanager.supervision;

import io.statemanager.runtime.Ticker;
import io.statemanager.supervision.ProcessState.Cause;
import io.statemanager.supervision.ProcessState.Goal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * All processes together: what is done to everybody, in which order, and what each may know of the others. Confined to the supervision thread.
 */
final class Fleet implements Surroundings {
    private static final Duration STRAY_GRACE = Duration.ofSeconds(2);

    private final Workshop workshop;
    private final Control control;
    private final Roster roster = new Roster();
    private final FreezeHolds holds;
    private final OneOffs oneOffs;
    private final BiConsumer<String, ProcessStatus> listener;
    private boolean mayRun;
    private CompletableFuture<Void> killing = CompletableFuture.completedFuture(null);
    private int turn;

    Fleet(Workshop workshop, BiConsumer<String, ProcessStatus> listener) {
        this.workshop = workshop;
        this.listener = listener;
        this.control = workshop.control();
        this.holds = new FreezeHolds(
                control,
                workshop.ticker(),
                new Freezer(workshop.cgroups()::all, this::look),
                this::launches,
                () -> roster.everyone().forEach(ManagedProcess::frozen),
                () -> roster.everyone().forEach(ManagedProcess::thawed));
        this.oneOffs = new OneOffs(this, workshop, roster);
    }

    Roster roster() {
        return roster;
    }

    FreezeHolds holds() {
        return holds;
    }

    OneOffs oneOffs() {
        return oneOffs;
    }

    /** See {@link Supervisor#apply}. */
    CompletionStage<Void> apply(List<ProcessSpec> specs, Map<String, String> shared) {
        workshop.launcher().share(shared);
        List<CompletableFuture<?>> over = new ArrayList<>();
        List<ManagedProcess> order = new ArrayList<>();
        List<ManagedProcess> added = new ArrayList<>();
        for (ProcessSpec spec : specs) {
            Optional<ManagedProcess> present = roster.find(spec.name());
            present.filter(process -> !process.spec().equals(spec))
                    .ifPresent(process -> over.add(process.redefine(spec)));
            ManagedProcess process = present.orElseGet(() -> new ManagedProcess(this, spec, workshop.log(spec.name())));
            order.add(process);
            if (present.isEmpty()) {
                added.add(process);
            }
        }
        roster.inOrder().stream()
                .filter(process -> !order.contains(process))
                .forEach(process -> over.add(remove(process)));
        roster.arrange(order);
        if (mayRun) {
            for (ManagedProcess process : added) {
                // Not waited for: a start that fails is its policy's matter, and one in a freeze may take long.
                var unused = process.start();
            }
        }
        return allOf(over);
    }

    /** See {@link Supervisor#startAll}. */
    CompletionStage<Void> startAll() {
        turn++;
        mayRun = true;
        return allOf(roster.inOrder().stream()
                .filter(process -> !process.state().isStoppedByHand())
                .map(process -> process.start().handle((done, failure) -> null))
                .toList());
    }

    /** See {@link Supervisor#stopAll}. */
    CompletionStage<Void> stopAll() {
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
        // Overtaken by a kill of all, it still answers only when everybody is gone.
        return chain.thenComposeAsync(done -> turn == mine ? sweep(STRAY_GRACE) : killing, control);
    }

    /** See {@link Supervisor#killAll}. */
    CompletionStage<Void> killAll() {
        turn++;
        mayRun = false;
        killing = allOf(roster.everyone().stream()
                        .map(process -> process.kill(Cause.ENVIRONMENT))
                        .toList())
                .thenComposeAsync(done -> sweep(Duration.ZERO), control)
                .thenRunAsync(holds::clear, control);
        return killing;
    }

    private CompletableFuture<Void> remove(ManagedProcess process) {
        return process.stop(Goal.STOP, Cause.ENVIRONMENT).thenRunAsync(() -> roster.remove(process), control);
    }

    private CompletableFuture<Void> sweep(Duration grace) {
        return new StraySweep(control, this::look, grace).begin();
    }

    private CompletableFuture<Void> launches() {
        return allOf(roster.everyone().stream().map(ManagedProcess::launching).toList());
    }

    private static CompletableFuture<Void> allOf(List<? extends CompletableFuture<?>> all) {
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    // ---- what the processes see ----

    @Override
    public Control control() {
        return control;
    }

    @Override
    public Ticker ticker() {
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
    public void launched() {
        // A freeze does not wait for ever for a launch; this one came too late to be in it.
        holds.tryAgain();
    }

    @Override
    public void gone(ChildProcess child) {
        workshop.gone(child);
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
