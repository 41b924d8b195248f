package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.FileEntry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a restore has done, and remembers the directories in which it changed something: their times moved. Safe for threads. */
final class Progressed {
    private final LongAdder changed = new LongAdder();
    private final LongAdder deleted = new LongAdder();
    private final LongAdder unchanged = new LongAdder();
    private final Set<String> touched = ConcurrentHashMap.newKeySet();

    void unchanged(FileEntry entry) {
        unchanged.increment();
    }

    void changed(String directory, FileEntry entry) {
        changed.increment();
        touched.add(directory);
    }

    void deleted(String directory) {
        deleted.increment();
        touched.add(directory);
    }

    void touched(String directory) {
        touched.add(directory);
    }

    boolean isTouched(String directory) {
        return touched.contains(directory);
    }

    long changed() {
        return changed.sum();
    }

    long deleted() {
        return deleted.sum();
    }

    long unchanged() {
        return unchanged.sum();
    }
}
