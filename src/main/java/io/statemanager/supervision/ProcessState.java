package io.statemanager.supervision;

import java.time.Instant;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Where a process is in its life. Each state is a record; the transitions that are legal are the methods of the state they start from, so
 * that an illegal one does not compile. Immutable.
 *
 * <pre>
 *   Stopped ──start──▶ Starting ──launched──▶ Running ◀──thaw── Frozen
 *      ▲                  │ refused              │ ──freeze──▶    │
 *      │                  ▼                      │ exited         │ exited
 *      │               Backoff ◀──backoff──── Ending ◀────────────┘
 *      │                  │ due: Starting        ├──completed──▶ Completed
 *      │                  ▼                      └──failed─────▶ Failed
 *      └──gone── Stopping ◀──stop── Running, Frozen, Ending
 * </pre>
 */
sealed interface ProcessState {

    /** The state's name as users see it. */
    default String word() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** Since when it is up, or null. */
    default Instant upSince() {
        return null;
    }

    /** Whether somebody stopped it, or is doing so. */
    default boolean isStoppedByHand() {
        return false;
    }

    /** Why a process is not running. */
    enum Cause {
        /** Nothing has started it yet. */
        INITIAL,
        /** Somebody stopped it; only somebody starts it again. */
        BY_HAND,
        /** The environment is not to have processes for now. */
        ENVIRONMENT
    }

    /** What a stop is for. */
    enum Goal {
        STOP,
        START_AGAIN
    }

    /** Not running, and nothing will start it by itself. A stop by hand is not forgotten over one of the environment. */
    record Stopped(Cause cause) implements ProcessState, Startable {
        @Override
        public Stopped stop(Cause other) {
            return isStoppedByHand() ? this : new Stopped(other);
        }

        @Override
        public boolean isStoppedByHand() {
            return cause == Cause.BY_HAND;
        }
    }

    /** Handed to the spawner. */
    record Starting(Instant since) implements ProcessState {
        Running launched(int pid, Instant now) {
            return new Running(pid, now);
        }

        /** It could not be started: tried again like one that failed. */
        ProcessState refused(RestartPolicy policy, int shortRuns, String reason, Supplier<Instant> schedule) {
            return !policy.mode().restartsAfter(false) || policy.isExhausted(shortRuns)
                    ? new Failed(reason)
                    : new Backoff(schedule.get(), reason);
        }
    }

    /** Its leader runs. */
    record Running(int leader, Instant since) implements ProcessState, Alive {
        Frozen freeze(Instant now) {
            return new Frozen(this, now);
        }

        Ending exited(Instant now) {
            return new Ending(leader, now);
        }

        @Override
        public Instant upSince() {
            return since;
        }
    }

    /** Held still with its whole group, and otherwise running. */
    record Frozen(Running running, Instant since) implements ProcessState, Alive {
        Running thaw() {
            return running;
        }

        Ending exited(Instant now) {
            return running.exited(now);
        }

        @Override
        public int leader() {
            return running.leader();
        }

        @Override
        public Instant upSince() {
            return running.since();
        }
    }

    /** Its leader ended by itself; the rest of its group is being ended before anything else happens. */
    record Ending(int leader, Instant since) implements ProcessState, Alive {
        /** What its restart policy has for it; {@code schedule} sets the next start and says when it is. */
        ProcessState next(RestartPolicy policy, int shortRuns, ProcessExit exit, Supplier<Instant> schedule) {
            if (!policy.mode().restartsAfter(exit.isSuccess())) {
                return exit.isSuccess() ? new Completed() : new Failed(exit.words());
            }
            return policy.isExhausted(shortRuns)
                    ? new Failed(shortRuns + " short runs in a row, the last one with " + exit.words())
                    : new Backoff(schedule.get(), "ended with " + exit.words());
        }
    }

    /** Told to end; over when its group is empty. */
    record Stopping(int leader, Instant since, Goal goal, Cause cause) implements ProcessState, Alive {
        Stopping towards(Goal other, Cause why) {
            boolean stays = isStoppedByHand() && why == Cause.ENVIRONMENT;
            return stays ? this : new Stopping(leader, since, other, why);
        }

        Stopped gone() {
            return new Stopped(cause);
        }

        @Override
        public boolean isStoppedByHand() {
            return goal == Goal.STOP && cause == Cause.BY_HAND;
        }
    }

    /** Waiting for its next start. */
    record Backoff(Instant until, String reason) implements ProcessState, Startable {}

    /** Ended, and by its restart policy that was all. */
    record Completed() implements ProcessState, Startable {}

    /** Ended or could not be started too often in a row. */
    record Failed(String reason) implements ProcessState, Startable {}

    /** The states without a process, from which one can be started. */
    sealed interface Startable extends ProcessState permits Stopped, Backoff, Completed, Failed {
        default Starting start(Instant now) {
            return new Starting(now);
        }

        default Backoff postpone(Instant until, String reason) {
            return new Backoff(until, reason);
        }

        default Stopped stop(Cause cause) {
            return new Stopped(cause);
        }
    }

    /** The states in which there may be a process. */
    sealed interface Alive extends ProcessState permits Running, Frozen, Ending, Stopping {
        /** The leader's pid, its group's and session's number. */
        int leader();

        default Stopping stop(Goal goal, Cause cause, Instant now) {
            return new Stopping(leader(), now, goal, cause);
        }
    }
}
