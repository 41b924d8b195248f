package io.statemanager.supervision;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.supervision.ProcessState.Alive;
import io.statemanager.supervision.ProcessState.Backoff;
import io.statemanager.supervision.ProcessState.Failed;
import io.statemanager.supervision.ProcessState.Stopped;
import io.statemanager.supervision.ProcessState.Stopping;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The processes that there are, in the order of their definition, and the one-off commands that run beside them. Confined to the supervision
 * thread but for {@link #list} and {@link #logOf}, which read what it was at the last change.
 */
final class Roster {
    private final Map<String, ManagedProcess> defined = new LinkedHashMap<>();
    private final Map<String, ManagedProcess> oneOffs = new LinkedHashMap<>();
    private volatile List<ProcessStatus> shown = List.of();
    private volatile Map<String, OutputLog> logs = Map.of();

    /** The defined processes at the last change; any thread. */
    List<ProcessStatus> list() {
        return shown;
    }

    /** The output of a defined process; any thread. */
    OutputLog logOf(String name) {
        return Optional.ofNullable(logs.get(name)).orElseThrow(() -> unknown(name));
    }

    ManagedProcess get(String name) {
        return Optional.ofNullable(defined.get(name)).orElseThrow(() -> unknown(name));
    }

    Optional<ManagedProcess> find(String name) {
        return Optional.ofNullable(defined.get(name));
    }

    List<ManagedProcess> inOrder() {
        return List.copyOf(defined.values());
    }

    List<ManagedProcess> inReverse() {
        List<ManagedProcess> reverse = new ArrayList<>(defined.values());
        Collections.reverse(reverse);
        return reverse;
    }

    List<ManagedProcess> oneOffs() {
        return List.copyOf(oneOffs.values());
    }

    List<ManagedProcess> everyone() {
        return Stream.concat(oneOffs.values().stream(), defined.values().stream())
                .toList();
    }

    void addOneOff(ManagedProcess process) {
        oneOffs.put(process.spec().name(), process);
    }

    void removeOneOff(ManagedProcess process) {
        oneOffs.remove(process.spec().name(), process);
    }

    /** Puts the defined processes into this order; those that are not in it stay at the end until they are {@link #remove}d. */
    void arrange(Collection<ManagedProcess> order) {
        Map<String, ManagedProcess> rest = new LinkedHashMap<>(defined);
        defined.clear();
        order.forEach(process -> defined.put(process.spec().name(), process));
        rest.forEach(defined::putIfAbsent);
        refresh();
    }

    void remove(ManagedProcess process) {
        if (defined.remove(process.spec().name(), process)) {
            refresh();
        }
    }

    /** The leaders of all groups that may have members, with the names of their processes. */
    Map<Integer, String> leaders() {
        Map<Integer, String> leaders = new HashMap<>();
        everyone().forEach(process -> process.child().ifPresent(run -> leaders.put(run.pid(), run.name())));
        return leaders;
    }

    /** The members of all control groups, likewise. */
    Map<Integer, String> cgrouped() {
        Map<Integer, String> members = new HashMap<>();
        everyone()
                .forEach(process -> process.child()
                        .ifPresent(run -> run.cgroup()
                                .ifPresent(group -> group.members().forEach(pid -> members.put(pid, run.name())))));
        return members;
    }

    /** Shows what is now. */
    void refresh() {
        Map<String, OutputLog> open = new HashMap<>();
        defined.forEach((name, process) -> open.put(name, process.log()));
        logs = Map.copyOf(open);
        shown = defined.values().stream().map(Roster::status).toList();
    }

    static ProcessStatus status(ManagedProcess process) {
        ProcessState state = process.state();
        return new ProcessStatus(
                process.spec().name(),
                process.spec().command(),
                state.word(),
                state instanceof Alive alive ? Optional.of(alive.leader()) : Optional.empty(),
                Optional.ofNullable(state.upSince()),
                process.restarts(),
                state instanceof Backoff waiting ? Optional.of(waiting.until()) : Optional.empty(),
                process.lastEnd().exit(),
                reason(process, state));
    }

    private static Optional<String> reason(ManagedProcess process, ProcessState state) {
        if (state instanceof Backoff waiting) {
            return Optional.of(waiting.reason());
        }
        if (state instanceof Failed failed) {
            return Optional.of(failed.reason());
        }
        if (state instanceof Stopped stopped && stopped.cause() == ProcessState.Cause.BY_HAND) {
            return Optional.of("stopped by hand");
        }
        return state instanceof Stopping && process.left() > 0
                ? Optional.of(process.left() + (process.left() == 1 ? " of its processes is" : " of its processes are")
                        + " still there")
                : Optional.empty();
    }

    private static CommandException unknown(String name) {
        return CommandException.of(FailureCode.PROCESS_NOT_FOUND, "there is no process " + name);
    }
}
