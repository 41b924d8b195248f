package io.statemanager.checkpoint;

import io.statemanager.checkpoint.scan.Excludes;
import io.statemanager.checkpoint.scan.Selection;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.RawName;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What is not taken from, or not touched in, the environment directory: excluded files, and what databases care for themselves. Immutable. */
final class LeftOut implements Selection {
    private static final String LOG = "-wal";
    private static final String INDEX = "-shm";
    private static final String JOURNAL = "-journal";

    private final String top;
    private final Excludes excludes;
    private final Set<String> paths;

    private LeftOut(String top, Excludes excludes, Set<String> paths) {
        this.top = top;
        this.excludes = excludes;
        this.paths = paths;
    }

    /** {@code top}: the directory's absolute raw path, which patterns with a leading slash begin at. */
    static LeftOut of(String top, Excludes excludes) {
        return new LeftOut(top, excludes, Set.of());
    }

    /**
     * For a capture: replicated databases with all their companions, and of those that go in as files the index, which is worth
     * nothing without the processes that made it.
     */
    LeftOut databases(Collection<String> replicated, Collection<String> asFiles) {
        Set<String> more = new HashSet<>(paths);
        for (String path : replicated) {
            String raw = RawName.ofText(path);
            more.addAll(Set.of(raw, raw + LOG, raw + INDEX, raw + JOURNAL));
        }
        asFiles.forEach(path -> more.add(RawName.ofText(path) + INDEX));
        return new LeftOut(top, excludes, more);
    }

    /** Raw paths of what makes databases that go in as files: each one is only worth something if all of it is of one instant. */
    static Set<String> ofOneInstant(Collection<String> asFiles) {
        Set<String> parts = new HashSet<>();
        for (String path : asFiles) {
            String raw = RawName.ofText(path);
            parts.addAll(Set.of(raw, raw + LOG, raw + JOURNAL));
        }
        return parts;
    }

    /** These paths too. */
    LeftOut and(Collection<String> more) {
        Set<String> all = new HashSet<>(paths);
        more.forEach(path -> all.add(RawName.ofText(path)));
        return new LeftOut(top, excludes, all);
    }

    @Override
    public boolean takes(String path, FileStat stat) {
        return !paths.contains(path) && (excludes.isEmpty() || !excludes.leavesOut(top + '/' + path));
    }
}
