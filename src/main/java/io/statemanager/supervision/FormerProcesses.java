package io.statemanager.supervision;

import io.statemanager.linux.Cgroup;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.ProcessStat;
import io.statemanager.linux.ProcessTable;
import io.statemanager.linux.Processes;
import io.statemanager.linux.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * What a former incarnation of the manager left running, and its end. Ours is, with certainty:
 * <ul>
 *   <li>who carries the tag of a former run for this data directory;
 *   <li>who is in the control group that this data directory's manager made;
 *   <li>who is in a session that the record names, if its leader started when the record says, or any member carries the tag: a session is
 *       only entered by being born in it, so it has been the same one ever since.
 * </ul>
 * Nobody else is touched. A session that the record names but nothing proves is reported instead: its number may be somebody else's by now.
 *
 * <p>SIGTERM first, SIGKILL after {@link #GRACE}; who is stopped (a freeze outlived its manager) is killed at once, because it must not run
 * again: the environment may have another owner. Blocking; on a worker thread.
 */
final class FormerProcesses {
    static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Instance instance;
    private final List<ProcessRecord.Group> recorded;
    private final Optional<Cgroup> cgroup;

    /**
     * @param ended who was ended
     * @param unproven who is in a recorded session and cannot be proved to be ours
     */
    record Report(Set<Integer> ended, Set<Integer> unproven) {}

    FormerProcesses(Instance instance, List<ProcessRecord.Group> recorded, Optional<Cgroup> cgroup) {
        this.instance = instance;
        this.recorded = recorded;
        this.cgroup = cgroup;
    }

    /** Ends them all and proves it by two looks in a row; fails, naming them, where some do not end. */
    Report end() throws IOException {
        long begun = System.nanoTime();
        Set<Integer> ended = new HashSet<>();
        Set<Integer> told = new HashSet<>();
        boolean frozen = cgroup.filter(Cgroup::isFrozen).isPresent();
        int clean = 0;
        while (clean < 2) {
            List<ProcessStat> left = find();
            clean = left.isEmpty() ? clean + 1 : 0;
            if (System.nanoTime() - begun > LIMIT.toNanos() && !left.isEmpty()) {
                throw new IOException("processes of a former run do not end: " + describe(left));
            }
            boolean late = System.nanoTime() - begun > GRACE.toNanos();
            for (ProcessStat stat : left) {
                ended.add(stat.pid());
                if (late || frozen || stat.isStopped()) {
                    send(stat, Signal.KILL);
                } else if (told.add(stat.pid())) {
                    send(stat, Signal.TERM);
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        cgroup.ifPresent(group -> {
            // Whoever is put there next is not to be born frozen.
            group.thaw();
            group.remove();
        });
        return new Report(ended, unproven(ProcessTable.read()));
    }

    private List<ProcessStat> find() throws IOException {
        ProcessTable table = ProcessTable.read();
        Set<Integer> tagged = table.all().stream()
                .map(ProcessStat::pid)
                .filter(instance::isFormer)
                .collect(Collectors.toSet());
        cgroup.map(Cgroup::members).orElse(Set.of()).stream()
                .filter(pid -> instance.processOf(pid).isEmpty())
                .forEach(tagged::add);
        Set<Integer> sessions = recorded.stream()
                .filter(group -> isProved(group, table, tagged))
                .map(ProcessRecord.Group::pid)
                .collect(Collectors.toSet());
        Set<Integer> spared = ourselves(table);
        return table.all().stream()
                .filter(stat -> !stat.isDead() && !spared.contains(stat.pid()))
                .filter(stat -> tagged.contains(stat.pid()) || sessions.contains(stat.session()))
                .toList();
    }

    private static boolean isProved(ProcessRecord.Group group, ProcessTable table, Set<Integer> tagged) {
        boolean sameLeader = table.get(group.pid())
                .filter(leader -> leader.startTicks() == group.startTicks())
                .isPresent();
        return sameLeader
                || table.all().stream().anyMatch(stat -> stat.session() == group.pid() && tagged.contains(stat.pid()));
    }

    private Set<Integer> unproven(ProcessTable table) {
        Set<Integer> sessions = recorded.stream().map(ProcessRecord.Group::pid).collect(Collectors.toSet());
        Set<Integer> spared = ourselves(table);
        return table.all().stream()
                .filter(stat -> !stat.isDead() && sessions.contains(stat.session()) && !spared.contains(stat.pid()))
                .map(ProcessStat::pid)
                .collect(Collectors.toSet());
    }

    /** This process and its ancestors: a manager that was started from a process of its former self does not end its own parent. */
    private static Set<Integer> ourselves(ProcessTable table) {
        Set<Integer> line = new HashSet<>();
        Optional<ProcessStat> at = table.get(Processes.self());
        while (at.isPresent() && line.add(at.get().pid())) {
            at = table.get(at.get().parent());
        }
        return line;
    }

    private static void send(ProcessStat stat, Signal signal) {
        try {
            Processes.signal(stat, signal);
        } catch (ErrnoException e) {
            // It runs as another user; the end of the time limit names it.
            return;
        }
    }

    private static String describe(List<ProcessStat> left) {
        return left.stream()
                .map(stat -> stat.pid() + " (" + stat.command() + ")")
                .collect(Collectors.joining(", "));
    }
}
