package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.Known;
import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.checkpoint.scan.Selection;
import io.statemanager.checkpoint.scan.TreeScanner;
import io.statemanager.checkpoint.scan.Work;
import io.statemanager.linux.Directory;
import io.statemanager.linux.FileStat;
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
        try (Writeback writeback = new Writeback(top::syncFilesystem, executor)) {
            return new Run(target, local, writeback).restore();
        }
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
        private final DirectoryRestorer directories;
        private final LinkGroups groups;
        private final FilePlanner planner;
        private final Writeback writeback;

        Run(Target target, LocalTree local, Writeback writeback) {
            this.writeback = writeback;
            this.target = target;
            this.local = local;
            this.directories =
                    new DirectoryRestorer(top, target, local, remover, metadata, progress, executor, threads);
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

        Restored restore() throws IOException {
            countSame();
            directories.make();
            Failpoints.hit("restore.directories");
            files();
            links();
            Failpoints.hit("restore.links");
            remover.removeExtra(local.directories(), target);
            directories.complete();
            writeback.begin();
            Scan after = scan(local.directories());
            new RestoredRecords(target, warnings).adopt(after);
            writeback.finish();
            return new Restored(
                    progress.changed(), progress.deleted(), progress.unchanged(), after.directories(), warnings.list());
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
                    writeback.begin();
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
    }
}
