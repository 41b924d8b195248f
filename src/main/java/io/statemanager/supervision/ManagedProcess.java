package io.statemanager.supervision;

import io.statemanager.supervision.ProcessState.Alive;
import io.statemanager.supervision.ProcessState.Backoff;
import io.statemanager.supervision.ProcessState.Cause;
import io.statemanager.supervision.ProcessState.Ending;
import io.statemanager.supervision.ProcessState.Frozen;
import io.statemanager.supervision.ProcessState.Goal;
import io.statemanager.supervision.ProcessState.Running;
import io.statemanager.supervision.ProcessState.Startable;
import io.statemanager.supervision.ProcessState.Starting;
import io.statemanager.supervision.ProcessState.Stopped;
import io.statemanager.supervision.ProcessState.Stopping;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One supervised process through all its runs: drives its {@link ProcessState} from commands, launches, exits and timers.
 *
 * <p>Invariants: at most one run at a time, and the next begins only when nobody of the last one's group or descendants is left; a stop by
 * hand is undone by a start by hand only; while everything is held still, nothing is launched and nobody is told to end except by SIGKILL.
 * Confined to the supervision thread.
 */
final class ManagedProcess implements ProcessRun.Owner {
    /** What is told when the last lines of a run have arrived: a change of what is shown, no event. */
    static final String EXIT_KNOWN = "exit-known";

    private final Surroundings around;
    private final OutputLog log;
    private ProcessSpec spec;
    private ProcessState state = new Stopped(Cause.INITIAL);

    /** There where the state is {@link Alive}. */
    private Optional<ProcessRun> run = Optional.empty();

    private final Restarts restarts;
    private Optional<Stop> stopOnceLaunched = Optional.empty();
    private boolean waitsForThaw;
    private final LastEnd lastEnd = new LastEnd();
    private final Milestones milestones = new Milestones();

    private record Stop(Goal goal, Cause cause, boolean kill) {}

    ManagedProcess(Surroundings around, ProcessSpec spec, OutputLog log) {
        this.around = around;
        this.spec = spec;
        this.log = log;
        this.restarts = new Restarts(around.control());
    }

    ProcessSpec spec() {
        return spec;
    }

    ProcessState state() {
        return state;
    }

    OutputLog log() {
        return log;
    }

    int restarts() {
        return restarts.count();
    }

    LastEnd lastEnd() {
        return lastEnd;
    }

    /** The run whose group may have members. */
    Optional<ChildProcess> child() {
        return run.map(ProcessRun::child);
    }

    /** Who is left of a run that is being ended, as last seen. */
    int left() {
        return run.map(ProcessRun::left).orElse(0);
    }

    // ---- commands ----

    /**
     * Starts it where it is not up, at once; completes when it is launched, fails with {@link Launcher.LaunchFailure} when that did not work
     * (it is tried again by its policy).
     */
    CompletableFuture<Void> start() {
        if (state instanceof Startable) {
            restarts.ranWell();
            launch();
        } else if (state instanceof Starting) {
            milestones.awaitLaunch();
            stopOnceLaunched = stopOnceLaunched.map(stop -> new Stop(Goal.START_AGAIN, stop.cause, stop.kill));
        } else if (state instanceof Stopping || state instanceof Ending) {
            restarts.ranWell();
            milestones.awaitLaunch();
            state = towards(Goal.START_AGAIN, Cause.INITIAL);
        }
        return milestones.launched();
    }

    /** Ends it where it is up and starts it; completes and fails as {@link #start}. */
    CompletableFuture<Void> restart() {
        restarts.ranWell();
        carryOut(new Stop(Goal.START_AGAIN, Cause.INITIAL, false));
        return milestones.launched();
    }

    /** Ends it and whatever it forked; completes when nobody is left. With {@link Goal#START_AGAIN} it is launched then. */
    CompletableFuture<Void> stop(Goal goal, Cause cause) {
        return stop(new Stop(goal, cause, false));
    }

    /** The same by SIGKILL, frozen or not. */
    CompletableFuture<Void> kill(Cause cause) {
        return stop(new Stop(Goal.STOP, cause, true));
    }

    /** Takes another definition; what is up and runs otherwise is restarted with it. Completes when nobody of the old one is left. */
    CompletableFuture<Void> redefine(ProcessSpec other) {
        boolean stays = spec.runsLike(other) || (state instanceof Startable && !(state instanceof Backoff));
        spec = other;
        boolean stopping = state instanceof Stopping present && present.goal() == Goal.STOP;
        return stays || stopping ? Milestones.DONE : stop(Goal.START_AGAIN, Cause.ENVIRONMENT);
    }

    /** Everybody is held still from now on. */
    void frozen() {
        if (state instanceof Running running) {
            become(running.freeze(now()), "frozen");
        }
    }

    /** Everybody may go on; does what had to wait. */
    void thawed() {
        if (state instanceof Frozen frozen) {
            become(frozen.thaw(), "thawed");
        }
        if (state instanceof Ending || state instanceof Stopping) {
            run.orElseThrow().end(spec.timeoutStop());
        }
        if (waitsForThaw && state instanceof Startable) {
            launch();
        }
    }

    /** Completes when no launch is under way. */
    CompletableFuture<Void> launching() {
        return milestones.settled();
    }

    private CompletableFuture<Void> stop(Stop stop) {
        CompletableFuture<Void> over = state instanceof Startable ? Milestones.DONE : milestones.gone();
        carryOut(stop);
        return over;
    }

    private void carryOut(Stop stop) {
        if (stop.goal == Goal.START_AGAIN) {
            milestones.awaitLaunch();
        } else {
            milestones.dropLaunch("it was stopped");
        }
        if (state instanceof Startable startable) {
            stopWaiting(startable, stop);
        } else if (state instanceof Starting) {
            stopOnceLaunched = Optional.of(stop);
        } else {
            end(stop);
        }
    }

    private void stopWaiting(Startable startable, Stop stop) {
        restarts.cancel();
        waitsForThaw = false;
        if (stop.goal == Goal.START_AGAIN) {
            restarts.startedAgain();
            launch();
        } else {
            become(startable.stop(stop.cause), "stopped");
        }
    }

    private void end(Stop stop) {
        boolean gently = !stop.kill && around.thawForStop();
        become(towards(stop.goal, stop.cause), "stopping");
        if (gently) {
            run.orElseThrow().end(spec.timeoutStop());
        } else {
            run.orElseThrow().kill();
        }
    }

    private ProcessState towards(Goal goal, Cause cause) {
        return state instanceof Stopping stopping
                ? stopping.towards(goal, cause)
                : ((Alive) state).stop(goal, cause, now());
    }

    // ---- a run ----

    private void launch() {
        restarts.cancel();
        milestones.awaitLaunch();
        Startable from = (Startable) state;
        waitsForThaw = around.mayRun() && around.isFrozen();
        if (!around.mayRun()) {
            milestones.dropLaunch("the environment is not ready for processes");
            become(from.stop(Cause.ENVIRONMENT), "stopped");
        } else if (waitsForThaw) {
            become(from.postpone(now(), "waits until the processes are thawed"), "backoff");
        } else {
            milestones.launching();
            become(from.start(now()), "starting");
            around.control().whenDone(around.launcher().launch(spec, log), this::launched);
        }
    }

    private void launched(ChildProcess child, Throwable failure) {
        Optional<Stop> stop = stopOnceLaunched;
        stopOnceLaunched = Optional.empty();
        if (failure == null) {
            begun(child);
        } else {
            refused(failure);
        }
        milestones.settle();
        stop.ifPresent(this::carryOut);
    }

    private void begun(ChildProcess child) {
        ProcessRun begun = new ProcessRun(child, around, this);
        run = Optional.of(begun);
        become(((Starting) state).launched(child.pid(), now()), "started");
        milestones.worked();
        around.launched();
        begun.watch();
    }

    private void refused(Throwable failure) {
        Throwable cause = failure.getCause() instanceof Launcher.LaunchFailure known ? known : failure;
        String words = "cannot be started: " + cause.getMessage();
        restarts.ranShort();
        become(((Starting) state).refused(spec.restart(), restarts.shortRuns(), words, this::scheduleNext));
        milestones.failed(cause);
    }

    @Override
    public void exited(ProcessRun ended, int code) {
        ProcessExit exit = new ProcessExit(code, now(), List.of());
        lastEnd.note(exit, ended.lastLines(), around.control(), () -> around.happened(EXIT_KNOWN, this));
        if (ended.lasted(spec.restart().healthy())) {
            restarts.ranWell();
        } else {
            restarts.ranShort();
        }
        if (state instanceof Frozen frozen) {
            state = frozen.exited(now());
        } else if (state instanceof Running running) {
            state = running.exited(now());
        }
        around.happened("exited", this);
        // The rest of a group that is held still is ended when it may move again.
        if (!around.isFrozen()) {
            ended.end(spec.timeoutStop());
        }
    }

    @Override
    public void over(ProcessRun ended) {
        CompletableFuture<Void> over = milestones.gone();
        run = Optional.empty();
        around.gone(ended.child());
        if (state instanceof Stopping stopping) {
            afterStop(stopping);
        } else {
            become(((Ending) state)
                    .next(spec.restart(), restarts.shortRuns(), lastEnd.exit().orElseThrow(), this::scheduleNext));
        }
        over.complete(null);
    }

    private void afterStop(Stopping stopping) {
        state = stopping.gone();
        if (stopping.goal() == Goal.START_AGAIN) {
            restarts.startedAgain();
            launch();
        } else {
            around.happened("stopped", this);
        }
    }

    private Instant scheduleNext() {
        return now().plus(restarts.schedule(spec.restart(), this::due));
    }

    private void due() {
        if (state instanceof Backoff && !waitsForThaw) {
            restarts.startedAgain();
            launch();
        }
    }

    // ---- helpers ----

    private void become(ProcessState next) {
        become(next, next.word());
    }

    private void become(ProcessState next, String what) {
        state = next;
        around.happened(what, this);
    }

    private Instant now() {
        return around.ticker().now();
    }
}
