package io.statemanager.checkpoint.scan;

import io.statemanager.linux.Directory;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.FileType;
import io.statemanager.linux.RawName;
import io.statemanager.restic.Id;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Looks at every entry of a tree, on a few threads, and compares it with what was known: an entry is unchanged where type, mode,
 * owner, size, inode, link count and both times are what they were. Nothing is opened but directories.
 *
 * <p>What it does not take: sockets and device nodes (counted), what lies on other filesystems (the mount point stays, as an empty
 * directory), and what {@link Selection} keeps out. A directory or file that goes away meanwhile counts as not there.
 *
 * <p>Thread: blocking; any, one scan each.
 */
public final class TreeScanner {
    private static final DirectoryRecord EMPTY = DirectoryRecord.of(List.of());

    private final Directory top;
    private final Selection selection;
    private final Known known;
    private final Executor executor;
    private final int threads;

    public TreeScanner(Directory top, Selection selection, Known known, Executor executor, int threads) {
        this.top = top;
        this.selection = selection;
        this.known = known;
        this.executor = executor;
        this.threads = threads;
    }

    /** Looks at the whole tree. {@code before} holds the records of the last scan, or none. */
    public Scan scan(Map<String, DirectoryRecord> before) throws IOException {
        Scan scan = new Scan();
        long device = top.stat().device();
        Work.run(executor, threads, List.of(""), (path, more) -> new Visit(scan, before, device, path, more).run());
        scan.settleTrees();
        return scan;
    }

    /** One directory. */
    private final class Visit {
        private final Scan scan;
        private final long device;
        private final String path;
        private final Work<String> more;
        private final DirectoryRecord former;
        private final List<FileEntry> old;
        private final List<FileEntry> entries = new ArrayList<>();
        private int oldAt;
        private boolean changed;
        private int pending;

        Visit(Scan scan, Map<String, DirectoryRecord> before, long device, String path, Work<String> more) {
            this.scan = scan;
            this.device = device;
            this.path = path;
            this.more = more;
            this.former = before.get(path);
            this.old = former == null ? List.of() : former.entries();
        }

        void run() throws IOException {
            try (Directory directory = top.openBelow(path)) {
                List<String> names = directory.names();
                Collections.sort(names);
                for (String name : names) {
                    look(directory, name);
                }
            } catch (ErrnoException e) {
                if (!e.isGone() || path.isEmpty()) {
                    throw e;
                }
            }
            finish();
        }

        private void look(Directory directory, String name) throws IOException {
            FileStat stat = directory.statIfThere(name);
            if (stat == null) {
                return;
            }
            String whole = RawName.join(path, name);
            if (!selection.takes(whole, stat)) {
                scan.excluded.increment();
            } else if (stat.type() == FileType.SOCKET) {
                scan.sockets.increment();
            } else if (stat.type() == FileType.CHAR_DEVICE || stat.type() == FileType.BLOCK_DEVICE) {
                scan.devices.increment();
            } else {
                take(directory, name, whole, stat);
            }
        }

        private void take(Directory directory, String name, String whole, FileStat stat) throws IOException {
            FileEntry before = find(name);
            boolean same = before != null && before.sameAs(stat);
            boolean kept = same && isTrusted(before, whole, stat);
            FileEntry entry = kept ? before : same ? before.pending() : make(directory, name, stat);
            if (entry == null) {
                return;
            }
            changed |= !kept;
            entries.add(entry);
            if (stat.isDirectory()) {
                descend(whole, stat);
            } else if (stat.isFile()) {
                count(entry, stat);
            } else {
                scan.others.increment();
            }
        }

        private void descend(String whole, FileStat stat) {
            if (stat.device() == device) {
                more.add(whole);
            } else {
                scan.filesystems.increment();
                scan.directories().put(whole, EMPTY);
            }
        }

        private void count(FileEntry entry, FileStat stat) {
            scan.files.increment();
            scan.bytes.add(stat.size());
            if (entry.isPending()) {
                pending++;
                scan.pendingFiles.increment();
                scan.pendingBytes.addAndGet(stat.size());
            }
        }

        private FileEntry find(String name) {
            while (oldAt < old.size()) {
                int order = old.get(oldAt).name().compareTo(name);
                if (order >= 0) {
                    return order == 0 ? old.get(oldAt) : null;
                }
                oldAt++;
            }
            return null;
        }

        private boolean isTrusted(FileEntry before, String whole, FileStat stat) throws IOException {
            return !before.isFile()
                    || (!before.isPending()
                            && before.settled()
                            && !selection.isInDoubt(whole, stat)
                            && known.hasAll(before.content()));
        }

        private FileEntry make(Directory directory, String name, FileStat stat) throws IOException {
            try {
                String target = stat.type() == FileType.SYMLINK ? directory.readLink(name) : "";
                return new FileEntry(
                        name,
                        stat,
                        null,
                        !stat.isFile(),
                        target,
                        directory.xattrs(name).all());
            } catch (ErrnoException e) {
                // Gone, or something else by now; the next scan sees what.
                if (e.is(ErrnoException.ENOENT) || e.is(ErrnoException.EINVAL)) {
                    return null;
                }
                throw e;
            }
        }

        private void finish() throws IOException {
            boolean same = former != null && !changed && entries.size() == old.size();
            DirectoryRecord record = same ? former : DirectoryRecord.of(entries);
            Id tree = record.tree();
            if (tree != null && !known.hasTree(tree)) {
                record = record.storedAs(null);
            }
            scan.directories().put(path, record);
            if (pending > 0) {
                scan.pending(path);
            }
        }
    }
}
