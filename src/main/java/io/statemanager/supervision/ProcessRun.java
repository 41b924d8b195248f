package io.statemanager.supervision;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * One run of a supervised process from its launch until nobody of it is left: its leader's exit, and the end of its group and descendants,
 * which may come in either order. Confined to the supervision thread.
 */
final class ProcessRun {
    private final ChildProcess child;
    private final Surroundings around;
    private final Owner owner;
    private final GroupStop ending;
    private final long launchedNanos;
    private boolean leaderExited;
    private boolean groupGone;
    private boolean told;

    /** Who is told. */
    interface Owner {
        /** The leader has ended. */
        void exited(ProcessRun run, int code);

        /** The leader has ended and nobody is left; the last thing told. */
        void over(ProcessRun run);
    }

    ProcessRun(ChildProcess child, Surroundings around, Owner owner) {
        this.child = child;
        this.around = around;
        this.owner = owner;
        this.ending = new GroupStop(child, around.control(), around::look, this::groupGone);
        this.launchedNanos = around.ticker().nanos();
    }

    /** Begins to listen for its exit. */
    void watch() {
        around.control().whenDone(child.exit(), (code, failure) -> {
            leaderExited = true;
            owner.exited(this, code);
            over();
        });
    }

    ChildProcess child() {
        return child;
    }

    /** Whether it has lasted so long. */
    boolean lasted(Duration time) {
        return around.ticker().nanos() - launchedNanos >= time.toNanos();
    }

    /** Ends whoever is left of it, gently; once begun it goes on as it is. */
    void end(Duration limit) {
        if (!ending.isBegun()) {
            ending.begin(limit);
        }
    }

    /** Ends whoever is left of it by SIGKILL. */
    void kill() {
        ending.kill();
    }

    /** Who was left at the last look of an end that is under way. */
    int left() {
        return ending.left().size();
    }

    CompletionStage<List<String>> lastLines() {
        return child.lastLines();
    }

    private void groupGone() {
        groupGone = true;
        over();
    }

    /** The group may look empty a moment before the JDK has taken the leader's exit code. */
    private void over() {
        if (leaderExited && groupGone && !told) {
            told = true;
            owner.over(this);
        }
    }
}
