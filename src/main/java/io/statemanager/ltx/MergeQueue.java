package io.statemanager.ltx;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Walks through the files of a merge page by page, in ascending order, and through all frames of one page from the newest to the oldest. */
final class MergeQueue {
    private static final Comparator<MergeInput> ORDER = Comparator.comparingInt(MergeInput::pgno)
            .thenComparing(Comparator.comparingInt(MergeInput::age).reversed());

    private MergeQueue() {}

    /** What happens with each frame. */
    interface Step {
        void take(MergeInput input, boolean newestOfItsPage) throws IOException;
    }

    static void walk(List<? extends MergeInput> inputs, Step step) throws IOException {
        PriorityQueue<MergeInput> queue = new PriorityQueue<>(Math.max(1, inputs.size()), ORDER);
        for (MergeInput input : inputs) {
            offer(queue, input);
        }
        int last = 0;
        for (MergeInput input = queue.poll(); input != null; input = queue.poll()) {
            step.take(input, input.pgno() != last);
            last = input.pgno();
            offer(queue, input);
        }
    }

    private static void offer(PriorityQueue<MergeInput> queue, MergeInput input) throws IOException {
        if (input.advance()) {
            queue.add(input);
        }
    }
}
