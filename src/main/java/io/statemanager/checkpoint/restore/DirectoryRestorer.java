package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.checkpoint.scan.Work;
import io.statemanager.linux.Directory;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.RawName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/** The directories of a restore: first made, at the end given what the work in them has moved. Thread: blocking. */
final class DirectoryRestorer {
    private final Directory top;
    private final Target target;
    private final LocalTree local;
    private final Remover remover;
    private final Metadata metadata;
    private final Progressed progress;
    private final Executor executor;
    private final int threads;

    DirectoryRestorer(
            Directory top,
            Target target,
            LocalTree local,
            Remover remover,
            Metadata metadata,
            Progressed progress,
            Executor executor,
            int threads) {
        this.top = top;
        this.target = target;
        this.local = local;
        this.remover = remover;
        this.metadata = metadata;
        this.progress = progress;
        this.executor = executor;
        this.threads = threads;
    }

    /** Makes those that are missing, parents first; what is in the way of one, or a directory where something else belongs, goes. */
    void make() throws IOException {
        if (target.directories().containsKey("")) {
            Work.run(executor, threads, List.of(""), this::make);
        }
    }

    private void make(String path, Work<String> below) throws IOException {
        Map<String, FileEntry> there = local.entries(path);
        try (Directory parent = top.openBelow(path)) {
            for (FileEntry entry : target.directories().get(path).entries()) {
                make(parent, path, entry, there.get(entry.name()));
                String whole = RawName.join(path, entry.name());
                if (entry.isDirectory() && target.directories().containsKey(whole)) {
                    below.add(whole);
                }
            }
        }
    }

    private void make(Directory parent, String path, FileEntry entry, FileEntry found) throws IOException {
        boolean isThere = found != null && found.isDirectory();
        if (entry.isDirectory() && !isThere) {
            clearWay(parent, path, entry.name());
            parent.edit().makeDirectory(entry.name());
            progress.touched(path);
            progress.touched(RawName.join(path, entry.name()));
        } else if (!entry.isDirectory() && isThere) {
            remover.removeAll(RawName.join(path, entry.name()), local.directories());
        }
    }

    /** Also what no scan takes, as a socket. */
    private void clearWay(Directory parent, String path, String name) throws IOException {
        FileStat stat = parent.statIfThere(name);
        if (stat != null && !stat.isDirectory()) {
            parent.edit().remove(name);
            progress.deleted(path);
        }
    }

    /**
     * Owner, mode, attributes and time of those that were made or changed, from the deepest upwards: a directory that is closed to its owner must not be
     * passed any more.
     */
    void complete() throws IOException {
        SortedMap<Integer, List<String>> levels = new TreeMap<>(Comparator.reverseOrder());
        for (String path : target.directories().keySet()) {
            levels.computeIfAbsent(RawName.depth(path), depth -> new ArrayList<>())
                    .add(path);
        }
        for (List<String> level : levels.values()) {
            Work.run(executor, threads, level, (path, more) -> complete(path));
        }
    }

    private void complete(String path) throws IOException {
        Map<String, FileEntry> there = local.entries(path);
        try (Directory parent = top.openBelow(path)) {
            for (FileEntry entry : target.directories().get(path).entries()) {
                if (entry.isDirectory()) {
                    complete(parent, path, entry, there.get(entry.name()));
                }
            }
        }
    }

    private void complete(Directory parent, String path, FileEntry entry, FileEntry found) throws IOException {
        boolean right = found != null && found.isDirectory() && Metadata.same(entry, found);
        if (!right || progress.isTouched(RawName.join(path, entry.name()))) {
            metadata.apply(parent, entry.name(), entry);
        }
    }
}
