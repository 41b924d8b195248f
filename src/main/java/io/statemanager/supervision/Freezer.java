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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds every process of ours still. Those in our control group are frozen by it at one stroke; whoever is not in it gets SIGSTOP, ancestors
 * first (a parent that runs would see its child stop, and may continue it), until two looks in a row find nobody who runs and nobody new:
 * only a process that runs can fork.
 *
 * <p>A process counts as still when each of its threads is. One that waits in {@code vfork} for a child that we stopped is let through by
 * continuing that child until it has executed its program. What was stopped before is left stopped by {@link #thaw}.
 *
 * <p>Confined to the supervision thread. A freeze takes at most its limit and a look more.
 */
final class Freezer {
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final int CLEAN_LOOKS = 2;

    private final Optional<Cgroup> cgroup;
    private final LineageSource source;
    private final Map<Integer, ProcessStat> stopped = new HashMap<>();

    /** Gives a fresh look. */
    interface LineageSource {
        Lineage look() throws IOException;
    }

    /**
     * @param pids who is held still
     * @param running who is not; empty where all are
     */
    record Result(Set<Integer> pids, Set<Integer> running) {
        boolean isComplete() {
            return running.isEmpty();
        }
    }

    Freezer(Optional<Cgroup> cgroup, LineageSource source) {
        this.cgroup = cgroup;
        this.source = source;
    }

    /** Freezes everybody; again, whoever has come or was continued since. */
    Result freeze(Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        cgroup.ifPresent(group -> {
            group.freeze();
            while (!group.isFrozen() && group.isPopulated() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        });
        Result result = look();
        for (int clean = result.isComplete() ? 1 : 0; clean < CLEAN_LOOKS; ) {
            if (System.nanoTime() > deadline && !result.isComplete()) {
                return result;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            Set<Integer> before = result.pids;
            result = look();
            clean = result.isComplete() && result.pids.equals(before) ? clean + 1 : result.isComplete() ? 1 : 0;
        }
        return result;
    }

    /** Whether all of ours are still now, without doing anything about it. */
    boolean isHeld() throws IOException {
        Set<Integer> inCgroup = frozenByCgroup();
        return source.look().all().stream().allMatch(stat -> inCgroup.contains(stat.pid()) || isStill(stat));
    }

    /** Lets everybody go on whom this stopped, descendants first. */
    void thaw() throws IOException {
        List<ProcessStat> all = new ArrayList<>(source.look().all());
        Collections.reverse(all);
        for (ProcessStat stat : all) {
            ProcessStat mine = stopped.get(stat.pid());
            if (mine != null && mine.isSame(stat)) {
                send(stat, Signal.CONT);
            }
        }
        stopped.clear();
        cgroup.ifPresent(Cgroup::thaw);
    }

    private Set<Integer> frozenByCgroup() {
        return cgroup.filter(Cgroup::isFrozen).map(Cgroup::members).orElse(Set.of());
    }

    /** One look at everybody: stops who runs, and tells who was still at the time. */
    private Result look() throws IOException {
        Set<Integer> inCgroup = frozenByCgroup();
        Set<Integer> still = new TreeSet<>();
        Map<Integer, ProcessStat> running = new HashMap<>();
        List<ProcessStat> all = source.look().all();
        for (ProcessStat stat : all) {
            if (inCgroup.contains(stat.pid()) || isStill(stat)) {
                still.add(stat.pid());
            } else {
                running.put(stat.pid(), stat);
                stop(stat);
            }
        }
        letVforkChildrenThrough(all, running);
        return new Result(still, new HashSet<>(running.keySet()));
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

    private static boolean send(ProcessStat stat, Signal signal) {
        try {
            return Processes.signal(stat, signal);
        } catch (ErrnoException e) {
            // One that runs as another user; it shows as running in the result.
            return false;
        }
    }
}
