package io.statemanager.supervision;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The count of a process's restarts and of its short runs in a row, and the timer of its next start. Confined to the supervision thread.
 */
final class Restarts {
    private final Control control;
    private Optional<Control.Timer> timer = Optional.empty();
    private int count;
    private int shortRuns;

    Restarts(Control control) {
        this.control = control;
    }

    /** How often it was started again. */
    int count() {
        return count;
    }

    /** How many runs in a row, the last one included, were short or did not even begin. */
    int shortRuns() {
        return shortRuns;
    }

    void startedAgain() {
        count++;
    }

    void ranShort() {
        shortRuns++;
    }

    void ranWell() {
        shortRuns = 0;
    }

    /** Sets the timer for the next start and gives the time until then. */
    Duration schedule(RestartPolicy policy, Runnable due) {
        Duration delay =
                policy.delayAfter(shortRuns, ThreadLocalRandom.current().nextDouble());
        cancel();
        timer = Optional.of(control.after(delay, due));
        return delay;
    }

    void cancel() {
        timer.ifPresent(Control.Timer::cancel);
        timer = Optional.empty();
    }
}
