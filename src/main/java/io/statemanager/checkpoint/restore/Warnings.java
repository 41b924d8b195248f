package io.statemanager.checkpoint.restore;

import java.util.ArrayList;
import java.util.List;

/** What could not be done and does not make the rest wrong; the first ones in words, all counted. Safe for several threads. */
final class Warnings {
    private static final int KEPT = 20;

    private final List<String> first = new ArrayList<>();
    private int count;

    synchronized void add(String warning) {
        count++;
        if (first.size() < KEPT) {
            first.add(warning);
        }
    }

    synchronized boolean isEmpty() {
        return count == 0;
    }

    /** Sentences, the last one saying how many more there are. */
    synchronized List<String> list() {
        List<String> all = new ArrayList<>(first);
        if (count > KEPT) {
            all.add("and " + (count - KEPT) + " more");
        }
        return all;
    }
}
