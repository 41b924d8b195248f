package io.statemanager.supervision;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How a process ended last. The exit is known at once, what it wrote last a moment later, when it has come out of the pipe. Confined to the
 * supervision thread.
 */
final class LastEnd {
    private Optional<ProcessExit> exit = Optional.empty();
    private int ends;
    private CompletionStage<List<String>> lines = CompletableFuture.completedFuture(List.of());

    /** The exit, with as many of the last lines as have arrived. */
    Optional<ProcessExit> exit() {
        return exit;
    }

    /** Completes when the last lines of the newest end are there. */
    CompletionStage<List<String>> lines() {
        return lines;
    }

    /** Notes an end; {@code known} is run when its last lines are there too, unless another end came before. */
    void note(ProcessExit ended, CompletionStage<List<String>> lastLines, Control control, Runnable known) {
        int mine = ++ends;
        exit = Optional.of(ended);
        lines = lastLines;
        control.whenDone(lastLines, (arrived, failure) -> {
            if (ends == mine) {
                exit = Optional.of(ended.withLastLines(arrived));
                known.run();
            }
        });
    }
}
