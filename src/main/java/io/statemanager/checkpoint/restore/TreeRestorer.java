package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.checkpoint.scan.Known;
import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.checkpoint.scan.Selection;
import io.statemanager.checkpoint.scan.TreeScanner;
import io.statemanager.checkpoint.scan.Work;
import io.statemanager.linux.Directory;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.RawName;
import io.statemanager.restic.Id;
import io.statemanager.restic.Repository;
import io.statemanager.runtime.Failpoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Makes a tree equal to a snapshot's by touching only what differs.
 *
 * <ol>
 *   <li>look at what is there
 *   <li>read the target, but for directories that are there exactly so, and prove that it can be had; nothing was touched until then
 *   <li>remove directories that are in the way of something else, make those that are missing
 *   <li>files: leave, adjust or fetch, a number of directories at a time
 *   <li>names that share a file
 *   <li>remove what the target does not have
 *   <li>owner, mode and times of directories, which the steps before have moved
 *   <li>look again: everything must be as the target has it; write all to the disk
 * </ol>
 *
 * <p>Each step does only what is not done yet, so that after a crash the same again finishes it. Nobody else may change the tree
 * meanwhile. Thread: blocking.
 */
public final class TreeRestorer {
    /** Files planned at a time: bounds the memory for what is to be fetched. */
    private static final int SLICE = 8192;

    private final Directory top;
    private final Repository repository;
    private final Selection selection;
    private final Executor executor;
    private final int threads;
    private final RestoreListener listener;

    public TreeRestorer(
            Directory top,
            Repository repository,
            Selection selection,
            Executor executor,
            int threads,
            RestoreListener listener) {
        this.top = top;
        this.repository = repository;
        this.selection = selection;
        this.executor = executor;
        this.threads = threads;
        this.listener = listener;
    }

    /**
     * Makes the tree equal to {@code tree}.
     *
     * @param known records of an earlier scan, which spare the hashing of files that have not changed since; or none
     */
    public Restored restore(Id tree, Map<String, DirectoryRecord> known) throws IOException {
        LocalTree local = new LocalTree(scan(known).directories());
        Target target = new TargetReader(repository, selection).read(tree, local, executor);
        Run run = new Run(target, local);
        run.countSame();
        run.directories();
        Failpoints.hit("restore.directories");
        run.files();
        run.links();
        Failpoints.hit("restore.links");
        run.remover.removeExtra(local.directories(), target);
        run.directoryMetadata();
        Scan after = scan(local.directories());
        new RestoredRecords(target, run.warnings).adopt(after);
        top.syncFilesystem();
        return new Restored(
                run.progress.changed(),
                run.progress.deleted(),
                run.progress.unchanged(),
                after.directories(),
                run.warnings.list());
    }

    private Scan scan(Map<String, DirectoryRecord> before) throws IOException {
        return new TreeScanner(top, selection, Known.EVERYTHING, executor, threads).scan(before);
    }

    /** One restore's state. */
    private final class Run {
        private final Target target;
        private final LocalTree local;
        private final Warnings warnings = new Warnings();
        private final Metadata metadata = new Metadata(warnings);
        private final Progressed progress = new Progressed();
        private final Remover remover = new Remover(top, selection, progress);
        private final LinkGroups groups;
        private final FilePlanner planner;

        Run(Target target, LocalTree local) {
            this.target = target;
            this.local = local;
            this.groups = new LinkGroups(target.links());
            this.planner = new FilePlanner(
                    top,
                    local,
                    groups,
                    new LocalBlobs(repository.index()),
                    metadata,
                    progress,
                    ".state-manager-" + Long.toHexString(System.nanoTime()) + '-');
        }

        private List<String> parentsFirst() {
            List<String> paths = new ArrayList<>(target.directories().keySet());
            Collections.sort(paths);
            return paths;
        }

        /** What is not even read counts as looked at. */
        void countSame() {
            local.directories().forEach((path, record) -> {
                if (target.isSame(path)) {
                    record.entries().stream()
                            .filter(entry -> !entry.isDirectory())
                            .forEach(progress::unchanged);
                }
            });
        }

        void directories() throws IOException {
            for (String path : parentsFirst()) {
                Map<String, FileEntry> there = local.entries(path);
                for (FileEntry entry : target.directories().get(path).entries()) {
                    directory(path, entry, there.get(entry.name()));
                }
            }
        }

        private void directory(String path, FileEntry entry, FileEntry found) throws IOException {
            boolean isThere = found != null && found.isDirectory();
            if (entry.isDirectory() && !isThere) {
                try (Directory parent = top.openBelow(path)) {
                    clearWay(parent, path, entry.name());
                    parent.edit().makeDirectory(entry.name());
                    progress.touched(path);
                    progress.touched(RawName.join(path, entry.name()));
                }
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

        void files() throws IOException {
            List<String> slice = new ArrayList<>();
            long done = 0;
            int planned = 0;
            for (String path : parentsFirst()) {
                slice.add(path);
                planned += target.directories().get(path).entries().size();
                if (planned >= SLICE) {
                    done += planned;
                    files(slice);
                    listener.progress(Math.min(done, target.files()), target.files());
                    slice.clear();
                    planned = 0;
                }
            }
            files(slice);
            listener.progress(target.files(), target.files());
        }

        private void files(List<String> slice) throws IOException {
            List<FileTask> tasks = Collections.synchronizedList(new ArrayList<>());
            Work.run(
                    executor,
                    threads,
                    slice,
                    (path, more) ->
                            planner.plan(path, target.directories().get(path).entries(), tasks));
            new ContentFetcher(repository, top, metadata, executor).fetch(tasks, threads);
        }

        void links() throws IOException {
            for (List<String> group : groups.all()) {
                String leader = group.get(0);
                for (String follower : group.subList(1, group.size())) {
                    link(leader, follower);
                }
            }
        }

        private void link(String leader, String follower) throws IOException {
            String parent = Scan.parentOf(follower);
            try (Directory from = top.openBelow(Scan.parentOf(leader));
                    Directory to = top.openBelow(parent)) {
                String name = Remover.nameOf(follower);
                FileStat wanted = from.stat(Remover.nameOf(leader));
                FileStat found = to.statIfThere(name);
                if (found != null && found.inode() == wanted.inode()) {
                    progress.unchanged(null);
                    return;
                }
                String work = planner.workName();
                to.edit().link(from, Remover.nameOf(leader), work);
                to.edit().rename(work, name);
                progress.changed(parent, null);
            }
        }

        /** From the deepest upwards: a directory that is closed to its owner must not be passed any more. */
        void directoryMetadata() throws IOException {
            List<String> deepestFirst = parentsFirst();
            Collections.reverse(deepestFirst);
            for (String path : deepestFirst) {
                Map<String, FileEntry> there = local.entries(path);
                for (FileEntry entry : target.directories().get(path).entries()) {
                    if (entry.isDirectory()) {
                        directoryMetadata(path, entry, there.get(entry.name()));
                    }
                }
            }
        }

        private void directoryMetadata(String path, FileEntry entry, FileEntry found) throws IOException {
            boolean right = found != null && found.isDirectory() && Metadata.same(entry, found);
            if (!right || progress.isTouched(RawName.join(path, entry.name()))) {
                try (Directory parent = top.openBelow(path)) {
                    metadata.apply(parent, entry.name(), entry);
                }
            }
        }
    }
}
