package io.statemanager.supervision;

import io.statemanager.linux.Cgroup;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.ProcessStat;
import io.statemanager.linux.ProcessTable;
import io.statemanager.linux.Processes;
import io.statemanager.linux.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Holds every process of ours still. Those in our control group are frozen by it at one stroke; whoever is not in it gets SIGSTOP, ancestors
 * first (a parent that runs would see its child stop, and may continue it), until a look finds nobody who runs and nobody new, and either no
 * process was born during it or the look before found the same: only a process that runs can fork.
 *
 * <p>A process counts as still when each of its threads is. One that waits in {@code vfork} for a child that we stopped is let through by
 * continuing that child until it has executed its program. What was stopped before is left stopped by {@link #thaw}.
 *
 * <p>Confined to the supervision thread. A freeze takes at most its limit and a look more.
 */
final class Freezer {
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private final Supplier<Optional<Cgroup>> cgroup;
    private final LineageSource source;
    private final Map<Integer, ProcessStat> stopped = new HashMap<>();

    /** Everybody who is not in the control group, as last looked at, ancestors first. */
    private final List<ProcessStat> held = new ArrayList<>();

    /** Gives a fresh look. */
    interface LineageSource {
        Lineage look() throws IOException;
    }

    /**
     * @param pids who is held still
     * @param running who is not; empty where all are
     * @param certain whether nobody was born during the look, so that it has missed nobody
     */
    record Result(Set<Integer> pids, Set<Integer> running, boolean certain) {
        boolean isComplete() {
            return running.isEmpty();
        }
    }

    Freezer(Supplier<Optional<Cgroup>> cgroup, LineageSource source) {
        this.cgroup = cgroup;
        this.source = source;
    }

    /** Freezes everybody; again, whoever has come or was continued since. */
    Result freeze(Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        cgroup.get().ifPresent(group -> {
            group.freeze();
            while (!group.isFrozen() && group.isPopulated() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        });
        Result result = look();
        Set<Integer> before = result.certain ? result.pids : null;
        while (!result.isComplete() || !result.pids.equals(before)) {
            if (System.nanoTime() > deadline && !result.isComplete()) {
                return result;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            before = result.isComplete() ? result.pids : null;
            result = look();
            before = result.certain ? result.pids : before;
        }
        return result;
    }

    /** Whether everybody who was frozen is still now. */
    boolean isHeld() {
        return cgroup.get()
                        .map(group -> group.isFrozen() || !group.isPopulated())
                        .orElse(true)
                && held.stream().allMatch(Freezer::isHeld);
    }

    /** Lets everybody go on whom this stopped, descendants first, and tells whether they were still until then. */
    boolean thaw() {
        boolean still = isHeld();
        Collections.reverse(held);
        for (ProcessStat stat : held) {
            ProcessStat mine = stopped.get(stat.pid());
            if (mine != null && mine.isSame(stat)) {
                send(stat, Signal.CONT);
            }
        }
        held.clear();
        stopped.clear();
        cgroup.get().ifPresent(Cgroup::thaw);
        return still;
    }

    private static boolean isHeld(ProcessStat stat) {
        Optional<ProcessStat> now = ProcessTable.look(stat.pid()).filter(stat::isSame);
        return now.isEmpty()
                || now.get().isDead()
                || now.get().isStopped()
                || now.get().state() == 'Z';
    }

    private Set<Integer> frozenByCgroup() {
        return cgroup.get().filter(Cgroup::isFrozen).map(Cgroup::members).orElse(Set.of());
    }

    /** One look at everybody: stops who runs, and tells who was still at the time. */
    private Result look() throws IOException {
        int newest = ProcessTable.newestPid();
        Set<Integer> inCgroup = frozenByCgroup();
        Set<Integer> still = new TreeSet<>();
        Map<Integer, ProcessStat> running = new HashMap<>();
        List<ProcessStat> all = source.look().all();
        held.clear();
        for (ProcessStat stat : all) {
            if (inCgroup.contains(stat.pid())) {
                still.add(stat.pid());
                continue;
            }
            held.add(stat);
            if (isStill(stat)) {
                still.add(stat.pid());
            } else {
                running.put(stat.pid(), stat);
                stop(stat);
            }
        }
        letVforkChildrenThrough(all, running);
        boolean noBirth = newest == ProcessTable.newestPid();
        return new Result(still, new TreeSet<>(running.keySet()), noBirth && running.isEmpty());
    }

    private void stop(ProcessStat stat) {
        // One whose first thread is stopped already is on its way: the others follow without a second signal.
        if (!stat.isStopped() && send(stat, Signal.STOP)) {
            stopped.put(stat.pid(), stat);
        }
    }

    /** Its parent sleeps in the kernel until this child has executed a program or ended, and cannot stop before that. */
    private void letVforkChildrenThrough(List<ProcessStat> all, Map<Integer, ProcessStat> running) {
        for (ProcessStat stat : all) {
            ProcessStat parent = running.get(stat.parent());
            if (parent != null && parent.state() == 'D' && stat.isStopped() && stopped.containsKey(stat.pid())) {
                send(stat, Signal.CONT);
            }
        }
    }

    private static boolean isStill(ProcessStat stat) {
        return stat.isDead()
                || ((stat.isStopped() || stat.state() == 'Z')
                        && (stat.threads() <= 1
                                || ProcessTable.threads(stat.pid()).stream()
                                        .allMatch(thread -> thread.isStopped() || "ZXx".indexOf(thread.state()) >= 0)));
    }

    /** By pid: the process was looked at milliseconds ago, and is one of hundreds that have to be reached in them. */
    private static boolean send(ProcessStat stat, Signal signal) {
        try {
            return Processes.signal(stat.pid(), signal);
        } catch (ErrnoException e) {
            // One that runs as another user; it shows as running in the result.
            return false;
        }
    }
}
