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
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One supervised process through all its runs: drives its {@link ProcessState} from commands, launches, exits and timers.
 *
 * <p>Invariants: at most one run at a time, and the next begins only when nobody of the last one's group or descendants is left; a stop by
 * hand is undone by a start by hand only; while everything is held still, nothing is launched and nobody is told to end except by SIGKILL.
 * Confined to the supervision thread.
 */
final class ManagedProcess {
    /** What is told when the last lines of a run have arrived: a change of what is shown, no event. */
    static final String EXIT_KNOWN = "exit-known";

    private static final Logger LOG = LoggerFactory.getLogger(ManagedProcess.class);

    private final Surroundings around;
    private final OutputLog log;
    private ProcessSpec spec;
    private ProcessState state = new Stopped(Cause.INITIAL);
    private Optional<Future<?>> timer = Optional.empty();
    private Optional<Stop> stopOnceLaunched = Optional.empty();
    private boolean waitsForThaw;
    private int shortRuns;
    private int restarts;
    private Optional<ProcessExit> lastExit = Optional.empty();
    private CompletableFuture<Void> launched = new CompletableFuture<>();
    private CompletableFuture<Void> gone = CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> launching = CompletableFuture.completedFuture(null);
    private CompletionStage<List<String>> lastLines = CompletableFuture.completedFuture(List.of());

    // Of the run whose group may have members; null without one.
    private ChildProcess child;
    private GroupStop ending;
    private long launchedNanos;
    private boolean leaderExited;
    private boolean groupGone;

    private record Stop(Goal goal, Cause cause, boolean kill) {}

    ManagedProcess(Surroundings around, ProcessSpec spec, OutputLog log) {
        this.around = around;
        this.spec = spec;
        this.log = log;
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
        return restarts;
    }

    Optional<ProcessExit> lastExit() {
        return lastExit;
    }

    /** The run whose group may have members. */
    Optional<ChildProcess> child() {
        return Optional.ofNullable(child);
    }

    /** All that is kept of its output, once what the last run wrote before its end has arrived. */
    CompletionStage<List<OutputLine>> output() {
        return lastLines.thenApply(lines -> log.tail().last(OutputTail.MOST_LINES, 0));
    }

    /** Who is left of a run that is being ended, as last seen. */
    int left() {
        return ending == null ? 0 : ending.left().size();
    }

    // ---- commands ----

    /**
     * Starts it where it is not up, at once; completes when it is launched, fails with {@link Launcher.LaunchFailure} when that did not work
     * (it is tried again by its policy).
     */
    CompletableFuture<Void> start() {
        if (state instanceof Startable) {
            shortRuns = 0;
            launch();
        } else if (state instanceof Starting) {
            awaitLaunch();
            stopOnceLaunched = stopOnceLaunched.map(stop -> new Stop(Goal.START_AGAIN, stop.cause, stop.kill));
        } else if (state instanceof Stopping || state instanceof Ending) {
            shortRuns = 0;
            awaitLaunch();
            state = towards(Goal.START_AGAIN, Cause.INITIAL);
        }
        return launched;
    }

    /** Ends it and whatever it forked; completes when nobody is left. With {@link Goal#START_AGAIN} it is launched then. */
    CompletableFuture<Void> stop(Goal goal, Cause cause) {
        return stop(new Stop(goal, cause, false));
    }

    /** The same by SIGKILL, frozen or not. */
    CompletableFuture<Void> kill(Cause cause) {
        return stop(new Stop(Goal.STOP, cause, true));
    }

    /** Takes another definition; what is up is restarted with it. Completes when nobody of the old one is left. */
    CompletableFuture<Void> redefine(ProcessSpec other) {
        spec = other;
        boolean up = !(state instanceof Startable) || state instanceof Backoff;
        return up && !isStopping()
                ? stop(Goal.START_AGAIN, Cause.ENVIRONMENT)
                : CompletableFuture.completedFuture(null);
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
        if (ending != null && !ending.isBegun()) {
            ending.begin(spec.timeoutStop());
        }
        if (waitsForThaw && state instanceof Startable) {
            launch();
        }
    }

    /** Completes when no launch is under way. */
    CompletableFuture<Void> launching() {
        return launching;
    }

    private boolean isStopping() {
        return state instanceof Stopping stopping && stopping.goal() == Goal.STOP;
    }

    private CompletableFuture<Void> stop(Stop stop) {
        if (stop.goal == Goal.START_AGAIN) {
            awaitLaunch();
        } else if (!launched.isDone()) {
            launched.completeExceptionally(new Launcher.LaunchFailure("it was stopped", null));
        }
        CompletableFuture<Void> over = state instanceof Startable ? CompletableFuture.completedFuture(null) : gone;
        if (state instanceof Startable startable) {
            stopWaiting(startable, stop);
        } else if (state instanceof Starting) {
            stopOnceLaunched = Optional.of(stop);
        } else {
            end(stop);
        }
        return over;
    }

    private void stopWaiting(Startable startable, Stop stop) {
        cancelTimer();
        waitsForThaw = false;
        if (stop.goal == Goal.START_AGAIN) {
            restarts++;
            launch();
        } else {
            become(startable.stop(stop.cause), "stopped");
        }
    }

    private void end(Stop stop) {
        boolean gently = !stop.kill && around.thawForStop();
        state = towards(stop.goal, stop.cause);
        if (ending == null) {
            ending = groupStop();
        }
        if (!gently) {
            ending.kill();
        } else if (!ending.isBegun()) {
            ending.begin(spec.timeoutStop());
        }
        if (!(state instanceof Startable)) {
            around.happened("stopping", this);
        }
    }

    private ProcessState towards(Goal goal, Cause cause) {
        return state instanceof Stopping stopping
                ? stopping.towards(goal, cause)
                : ((Alive) state).stop(goal, cause, now());
    }

    private GroupStop groupStop() {
        return new GroupStop(child, around.control(), around::look, this::groupGone);
    }

    // ---- a run ----

    private void launch() {
        cancelTimer();
        awaitLaunch();
        Startable from = (Startable) state;
        if (!around.mayRun()) {
            launched.completeExceptionally(
                    new Launcher.LaunchFailure("the environment is not ready for processes", null));
            become(from.stop(Cause.ENVIRONMENT), "stopped");
            return;
        }
        waitsForThaw = around.isFrozen();
        if (waitsForThaw) {
            become(from.postpone(now(), "waits until the processes are thawed"), "backoff");
            return;
        }
        gone = new CompletableFuture<>();
        launching = new CompletableFuture<>();
        become(from.start(now()), "starting");
        around.launcher().launch(spec, log).whenCompleteAsync(this::launched, around.control());
    }

    private void launched(ChildProcess run, Throwable failure) {
        Optional<Stop> stop = stopOnceLaunched;
        stopOnceLaunched = Optional.empty();
        if (failure == null) {
            begun(run);
        } else {
            refused(failure);
        }
        launching.complete(null);
        stop.ifPresent(this::stop);
    }

    private void begun(ChildProcess run) {
        child = run;
        leaderExited = false;
        groupGone = false;
        launchedNanos = around.ticker().nanos();
        become(((Starting) state).launched(run.pid(), now()), "started");
        launched.complete(null);
        try {
            around.launched(run);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("process", spec.name())
                    .addKeyValue("cause", e.toString())
                    .log("The record of processes cannot be written");
        }
        run.exit().whenCompleteAsync((code, failure) -> exited(run, code), around.control());
    }

    private void refused(Throwable failure) {
        String words =
                failure.getCause() instanceof Launcher.LaunchFailure cause ? cause.getMessage() : failure.getMessage();
        shortRuns++;
        Starting starting = (Starting) state;
        RestartPolicy policy = spec.restart();
        if (!policy.mode().restartsAfter(false) || policy.isExhausted(shortRuns)) {
            become(starting.failed("cannot be started: " + words), "failed");
        } else {
            Duration delay = delay();
            become(starting.refused(now().plus(delay), "cannot be started: " + words), "backoff");
            timer = Optional.of(around.control().after(delay, this::due));
        }
        launched.completeExceptionally(new Launcher.LaunchFailure(words, failure));
        gone.complete(null);
    }

    private void exited(ChildProcess run, int code) {
        leaderExited = true;
        ProcessExit exit = new ProcessExit(code, now(), List.of());
        lastExit = Optional.of(exit);
        lastLines = run.lastLines();
        lastLines.thenAcceptAsync(lines -> lastLines(exit, lines), around.control());
        boolean healthy = around.ticker().nanos() - launchedNanos
                >= spec.restart().healthy().toNanos();
        shortRuns = healthy ? 0 : shortRuns + 1;
        if (state instanceof Running || state instanceof Frozen) {
            state = state instanceof Frozen frozen ? frozen.exited(now()) : ((Running) state).exited(now());
            ending = groupStop();
        }
        around.happened("exited", this);
        if (!ending.isBegun() && !around.isFrozen()) {
            ending.begin(spec.timeoutStop());
        }
        runIsOver();
    }

    private void lastLines(ProcessExit exit, List<String> lines) {
        if (lastExit.filter(last -> last == exit).isPresent()) {
            lastExit = Optional.of(exit.withLastLines(lines));
            around.happened(EXIT_KNOWN, this);
        }
    }

    private void groupGone() {
        groupGone = true;
        runIsOver();
    }

    /** The group may look empty a moment before the JDK has taken the leader's exit code: both have to be there. */
    private void runIsOver() {
        if (!leaderExited || !groupGone || child == null) {
            return;
        }
        try {
            around.gone(child);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("process", spec.name())
                    .addKeyValue("cause", e.toString())
                    .log("The record of processes cannot be written");
        }
        CompletableFuture<Void> over = gone;
        child = null;
        ending = null;
        next();
        over.complete(null);
    }

    private void next() {
        if (state instanceof Stopping stopping) {
            state = stopping.gone();
            if (stopping.goal() == Goal.START_AGAIN) {
                restarts++;
                launch();
            } else {
                around.happened("stopped", this);
            }
        } else {
            afterOwnEnd((Ending) state, lastExit.orElseThrow());
        }
    }

    private void afterOwnEnd(Ending ended, ProcessExit exit) {
        RestartPolicy policy = spec.restart();
        if (!policy.mode().restartsAfter(exit.isSuccess())) {
            become(
                    exit.isSuccess() ? ended.completed() : ended.failed(exit.words()),
                    exit.isSuccess() ? "completed" : "failed");
        } else if (policy.isExhausted(shortRuns)) {
            become(ended.failed(shortRuns + " short runs in a row, the last one with " + exit.words()), "failed");
        } else {
            Duration delay = delay();
            become(ended.backoff(now().plus(delay), "ended with " + exit.words()), "backoff");
            timer = Optional.of(around.control().after(delay, this::due));
        }
    }

    private void due() {
        timer = Optional.empty();
        if (state instanceof Backoff && !waitsForThaw) {
            restarts++;
            launch();
        }
    }

    // ---- helpers ----

    private Duration delay() {
        return spec.restart().delayAfter(shortRuns, ThreadLocalRandom.current().nextDouble());
    }

    private void awaitLaunch() {
        if (launched.isDone()) {
            launched = new CompletableFuture<>();
        }
    }

    private void cancelTimer() {
        timer.ifPresent(pending -> pending.cancel(false));
        timer = Optional.empty();
    }

    private void become(ProcessState next, String what) {
        state = next;
        around.happened(what, this);
    }

    private Instant now() {
        return around.ticker().now();
    }
}
