package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.checkpoint.scan.Selection;
import io.statemanager.linux.Directory;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.FileType;
import io.statemanager.linux.RawName;
import io.statemanager.runtime.Failpoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes what the target does not have, from the deepest directories upwards. What the selection leaves out (excluded files,
 * databases) and other filesystems stay, and so does every directory that holds such.
 */
final class Remover {
    private static final int ENOTEMPTY = 39;

    private final Directory top;
    private final Selection selection;
    private final Progressed progress;

    Remover(Directory top, Selection selection, Progressed progress) {
        this.top = top;
        this.selection = selection;
        this.progress = progress;
    }

    /** Everything that is in the local directories and not in the target's. */
    void removeExtra(Map<String, DirectoryRecord> local, Target target) throws IOException {
        for (String path : deepestFirst(local.keySet())) {
            if (target.isSame(path)) {
                continue;
            }
            DirectoryRecord wanted = target.directories().get(path);
            try {
                if (wanted == null) {
                    clear(path);
                } else {
                    removeExtra(path, local.get(path), wanted);
                }
            } catch (ErrnoException e) {
                // It was in the way of something else, and went before.
                if (!e.isGone()) {
                    throw e;
                }
            }
        }
    }

    /** A directory and all that is below it, which is in the way of something else. Errors: {@code restore_blocked}. */
    void removeAll(String directory, Map<String, DirectoryRecord> local) throws IOException {
        List<String> below = new ArrayList<>(List.of(directory));
        for (String path : local.keySet()) {
            if (path.startsWith(directory + '/')) {
                below.add(path);
            }
        }
        for (String path : deepestFirst(below)) {
            clear(path);
        }
        String parent = Scan.parentOf(directory);
        try (Directory in = top.openBelow(parent)) {
            in.edit().removeDirectory(nameOf(directory));
            progress.deleted(parent);
        } catch (ErrnoException e) {
            if (isKept(e)) {
                new Obstacles(top, selection).requireRemovable(List.of(directory));
            }
            throw e;
        }
    }

    private void removeExtra(String path, DirectoryRecord local, DirectoryRecord wanted) throws IOException {
        Set<String> names = new HashSet<>();
        wanted.entries().forEach(entry -> names.add(entry.name()));
        List<FileEntry> extra = local.entries().stream()
                .filter(entry -> !names.contains(entry.name()))
                .toList();
        if (extra.isEmpty()) {
            return;
        }
        try (Directory directory = top.openBelow(path)) {
            for (FileEntry entry : extra) {
                remove(directory, path, entry.name(), entry.isDirectory());
            }
        }
    }

    /** What is there now, also what a scan does not take: sockets of processes that are gone. */
    private void clear(String path) throws IOException {
        try (Directory directory = top.openBelow(path)) {
            for (String name : directory.names()) {
                FileStat stat = directory.stat(name);
                boolean ours = selection.takes(RawName.join(path, name), stat);
                if (ours) {
                    remove(directory, path, name, stat.type() == FileType.DIRECTORY);
                }
            }
        }
    }

    private void remove(Directory directory, String path, String name, boolean isDirectory) throws IOException {
        try {
            if (isDirectory) {
                directory.edit().removeDirectory(name);
            } else {
                directory.edit().remove(name);
            }
            progress.deleted(path);
            Failpoints.hit("restore.removed");
        } catch (ErrnoException e) {
            boolean gone = e.is(ErrnoException.ENOENT);
            if (!gone && !(isDirectory && isKept(e))) {
                throw e;
            }
        }
    }

    private static boolean isKept(ErrnoException e) {
        return e.is(ENOTEMPTY) || e.is(ErrnoException.EBUSY) || e.is(ErrnoException.EEXIST);
    }

    private static List<String> deepestFirst(Iterable<String> paths) {
        List<String> sorted = new ArrayList<>();
        paths.forEach(sorted::add);
        // A directory's path is the beginning of all below it, so descending order is enough.
        sorted.sort((a, b) -> b.compareTo(a));
        return sorted;
    }

    static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
