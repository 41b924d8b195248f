package io.statemanager.supervision;

import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.ProcessStat;
import io.statemanager.linux.Processes;
import io.statemanager.linux.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Ends whoever of ours is left when no supervised process runs any more: daemons that shed both their session and their environment, and what
 * processes that are no longer defined left behind. Proves by two looks in a row that nobody is. Confined to the supervision thread.
 */
final class StraySweep {
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Control control;
    private final Freezer.LineageSource source;
    private final long killFromNanos;
    private final Set<Integer> told = new HashSet<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private int clean;

    /** @param grace how long after SIGTERM they may take; zero for SIGKILL at once */
    StraySweep(Control control, Freezer.LineageSource source, Duration grace) {
        this.control = control;
        this.source = source;
        this.killFromNanos = System.nanoTime() + grace.toNanos();
    }

    /** Begins; completes when nobody is left. */
    CompletableFuture<Void> begin() {
        step();
        return done;
    }

    private void step() {
        try {
            List<ProcessStat> left = source.look().all();
            clean = left.isEmpty() ? clean + 1 : 0;
            left.forEach(this::tell);
        } catch (IOException e) {
            clean = 0;
        }
        if (clean >= 2) {
            done.complete(null);
        } else {
            control.after(PAUSE, this::step);
        }
    }

    private void tell(ProcessStat stat) {
        boolean late = System.nanoTime() - killFromNanos >= 0;
        if (!late && !told.add(stat.pid())) {
            return;
        }
        try {
            Processes.signal(stat, late ? Signal.KILL : Signal.TERM);
        } catch (ErrnoException e) {
            // It runs as another user. There is nothing else to be done about it, and the caller's own time limit ends
            // the wait.
            return;
        }
    }
}
