package io.statemanager.supervision;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.supervision.ProcessState.Cause;
import io.statemanager.supervision.ProcessState.Completed;
import io.statemanager.supervision.ProcessState.Failed;
import io.statemanager.supervision.ProcessState.Goal;
import io.statemanager.supervision.ProcessState.Stopped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Commands that are run once beside the processes: supervised, frozen, stopped and killed like them, but never restarted and not listed.
 * Confined to the supervision thread.
 */
final class OneOffs {
    private static final int MOST_AT_ONCE = 32;

    private final Surroundings around;
    private final Workshop workshop;
    private final Roster roster;
    private final Map<ManagedProcess, Pending> pending = new HashMap<>();
    private long count;

    /**
     * How a command ended.
     *
     * @param output both of its outputs, line by line as they arrived, the last 128 KiB of them
     * @param truncated whether there was more
     */
    record Outcome(ProcessExit exit, String output, boolean truncated, Duration took) {}

    private record Pending(CompletableFuture<Outcome> outcome, long begunNanos, Control.Timer limit) {}

    OneOffs(Surroundings around, Workshop workshop, Roster roster) {
        this.around = around;
        this.workshop = workshop;
        this.roster = roster;
    }

    CompletableFuture<Outcome> run(List<String> command, Duration limit) {
        if (pending.size() >= MOST_AT_ONCE) {
            throw CommandException.of(FailureCode.OPERATION_IN_PROGRESS, MOST_AT_ONCE + " commands are running already")
                    .retryAfter(Duration.ofSeconds(1));
        }
        String name = "run-" + ++count;
        ProcessSpec spec = ProcessSpec.of(name, command)
                .with(RestartPolicy.always().with(RestartPolicy.Mode.NEVER))
                .withTimeoutStop(Duration.ofSeconds(10));
        ManagedProcess process = new ManagedProcess(around, spec, workshop.passingLog(name));
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Control.Timer timer = around.control().after(limit, () -> {
            outcome.completeExceptionally(CommandException.of(
                    FailureCode.TIMEOUT,
                    command.get(0) + " did not end within " + limit.toMillis() + " ms and was stopped"));
            around.control().whenDone(process.stop(Goal.STOP, Cause.BY_HAND), (done, failure) -> over(process));
        });
        pending.put(process, new Pending(outcome, around.ticker().nanos(), timer));
        roster.addOneOff(process);
        around.control().whenDone(process.start(), (done, failure) -> {
            if (failure != null) {
                over(process);
                outcome.completeExceptionally(CommandException.of(
                        FailureCode.INVALID_REQUEST, command.get(0) + " cannot be run: " + failure.getMessage()));
            }
        });
        return outcome;
    }

    /** Looks whether a command is over. */
    void happened(ManagedProcess process) {
        Pending waiting = pending.get(process);
        boolean ended = process.state() instanceof Completed
                || process.state() instanceof Failed
                || (process.state() instanceof Stopped stopped && stopped.cause() != Cause.INITIAL);
        if (waiting == null || !ended || process.lastEnd().exit().isEmpty()) {
            return;
        }
        over(process);
        Duration took = Duration.ofNanos(around.ticker().nanos() - waiting.begunNanos);
        ProcessExit exit = process.lastEnd().exit().get();
        around.control()
                .whenDone(
                        process.lastEnd().lines(),
                        (lines, failure) -> waiting.outcome.complete(outcome(process, exit, took)));
    }

    private static Outcome outcome(ManagedProcess process, ProcessExit exit, Duration took) {
        OutputTail tail = process.log().tail();
        List<OutputLine> lines = tail.last(OutputTail.MOST_LINES, 0);
        String output = lines.stream().map(line -> line.text() + "\n").collect(Collectors.joining());
        return new Outcome(exit, output, tail.newest() > lines.size(), took);
    }

    private void over(ManagedProcess process) {
        Pending ended = pending.remove(process);
        if (ended != null) {
            ended.limit.cancel();
        }
        roster.removeOneOff(process);
    }
}
