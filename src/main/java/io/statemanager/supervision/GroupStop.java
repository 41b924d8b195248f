package io.statemanager.supervision;

import io.statemanager.linux.Cgroup;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.ProcessStat;
import io.statemanager.linux.Processes;
import io.statemanager.linux.Reaper;
import io.statemanager.linux.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Ends a process with everything that it forked:
 * <ol>
 *   <li>SIGTERM to its group, and wait until the <em>group</em> is empty, not only until the leader has gone;
 *   <li>after the limit SIGKILL to the group, again at each look until it is empty;
 *   <li>then the same for descendants that left the group (daemons, orphans with our tag): SIGTERM, what is left of the limit but at least
 *       {@link #GRACE}, SIGKILL.
 * </ol>
 * {@link #kill} goes to SIGKILL for all at once. It is over when nobody is left; a process that not even SIGKILL ends (it hangs in the kernel)
 * keeps it going, and {@link #left} names it. Confined to the supervision thread, on which it only sets timers.
 */
final class GroupStop {
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration ZOMBIE_LIMIT = Duration.ofSeconds(1);
    private static final long FIRST_PAUSE_MS = 2;
    private static final long LONGEST_PAUSE_MS = 100;

    private final ChildProcess child;
    private final int group;
    private final Control control;
    private final Freezer.LineageSource source;
    private final Runnable whenGone;
    private long deadline;
    private long graceNanos;
    private long zombiesSince;
    private boolean begun;
    private boolean groupWasTold;
    private boolean escapedWereTold;
    private boolean over;
    private long pauseMs = FIRST_PAUSE_MS;
    private List<ProcessStat> left = List.of();
    private Control.Timer timer;

    GroupStop(ChildProcess child, Control control, Freezer.LineageSource source, Runnable whenGone) {
        this.child = child;
        this.group = child.pid();
        this.control = control;
        this.source = source;
        this.whenGone = whenGone;
    }

    /** Whether anybody was told to end. */
    boolean isBegun() {
        return begun;
    }

    /** Begins gently. */
    void begin(Duration limit) {
        begun = true;
        Duration least = limit.compareTo(GRACE) < 0 ? limit : GRACE;
        deadline = System.nanoTime() + limit.toNanos();
        graceNanos = least.toNanos();
        look();
    }

    /** Ends it now; also one that is frozen. */
    void kill() {
        begun = true;
        deadline = System.nanoTime();
        graceNanos = 0;
        pauseMs = FIRST_PAUSE_MS;
        if (timer != null) {
            timer.cancel();
        }
        look();
    }

    /** Who was still there at the last look. */
    List<ProcessStat> left() {
        return left;
    }

    private void look() {
        if (over) {
            return;
        }
        try {
            step();
        } catch (IOException e) {
            again();
        }
    }

    private void step() throws IOException {
        boolean late = System.nanoTime() >= deadline;
        if (late) {
            child.cgroup().ifPresent(Cgroup::kill);
        }
        left = source.look().of(child.name());
        if (left.isEmpty()) {
            if (awaitsReaping()) {
                again();
                return;
            }
            over = true;
            whenGone.run();
            return;
        }
        // While a member lives, the group's number cannot be anybody else's.
        if (left.stream().anyMatch(stat -> stat.group() == group)) {
            tellGroup(late);
        } else {
            tellEscaped(late);
        }
        again();
    }

    /** A zombie still answers {@code kill -0}, by which the next run may take its pid file for a live one's. */
    private boolean awaitsReaping() {
        Reaper.look();
        if (zombiesSince == 0) {
            zombiesSince = System.nanoTime();
            pauseMs = FIRST_PAUSE_MS;
        }
        return Processes.groupExists(group) && System.nanoTime() - zombiesSince < ZOMBIE_LIMIT.toNanos();
    }

    private void tellGroup(boolean late) {
        if (late) {
            toGroup(Signal.KILL);
        } else if (!groupWasTold) {
            toGroup(Signal.TERM);
            // One that somebody had stopped could not take it otherwise.
            toGroup(Signal.CONT);
            groupWasTold = true;
        }
    }

    private void tellEscaped(boolean late) {
        if (!escapedWereTold && !late) {
            deadline = Math.max(deadline, System.nanoTime() + graceNanos);
        }
        for (ProcessStat stat : left) {
            if (late || !escapedWereTold) {
                to(stat, late ? Signal.KILL : Signal.TERM);
            }
        }
        escapedWereTold = true;
    }

    private void again() {
        timer = control.after(Duration.ofMillis(pauseMs), this::look);
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }

    private void toGroup(Signal signal) {
        try {
            Processes.signalGroup(group, signal);
        } catch (ErrnoException e) {
            // Members of another user: they show in what is left.
            return;
        }
    }

    private static void to(ProcessStat stat, Signal signal) {
        try {
            Processes.signal(stat, signal);
        } catch (ErrnoException e) {
            return;
        }
    }
}
