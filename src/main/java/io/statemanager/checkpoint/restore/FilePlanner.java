package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.linux.Directory;
import io.statemanager.linux.RawName;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides for each file, link and FIFO of a directory what has to be done, and does what needs no content: an entry that is as it
 * must be is not touched, one whose content is right gets what else differs, and one that must be fetched becomes a {@link FileTask}.
 * Safe for several threads, one directory each.
 */
final class FilePlanner {
    private final Directory top;
    private final LocalTree local;
    private final LinkGroups links;
    private final LocalBlobs blobs;
    private final Metadata metadata;
    private final Progressed progress;
    private final String workPrefix;
    private final AtomicLong workNames = new AtomicLong();

    FilePlanner(
            Directory top,
            LocalTree local,
            LinkGroups links,
            LocalBlobs blobs,
            Metadata metadata,
            Progressed progress,
            String workPrefix) {
        this.top = top;
        this.local = local;
        this.links = links;
        this.blobs = blobs;
        this.metadata = metadata;
        this.progress = progress;
        this.workPrefix = workPrefix;
    }

    /** Plans one directory; adds to {@code tasks}, which must be safe for several threads. */
    void plan(String path, List<FileEntry> targets, List<FileTask> tasks) throws IOException {
        Map<String, FileEntry> there = local.entries(path);
        try (Directory directory = top.openBelow(path)) {
            for (FileEntry target : targets) {
                if (!target.isDirectory() && !links.isFollower(RawName.join(path, target.name()), target)) {
                    plan(directory, path, target, there.get(target.name()), tasks);
                }
            }
        }
    }

    private void plan(Directory directory, String path, FileEntry target, FileEntry found, List<FileTask> tasks)
            throws IOException {
        boolean sameKind = found != null && found.type() == target.type();
        if (sameKind && links.mayStay(target, found, local) && sameContent(directory, target, found)) {
            if (Metadata.same(target, found)) {
                progress.unchanged(target);
            } else {
                metadata.apply(directory, target.name(), target);
                progress.changed(path, target);
            }
        } else if (target.isFile()) {
            tasks.add(task(directory, path, target, sameKind ? found : null, found == null));
            progress.changed(path, target);
        } else if (make(directory, target)) {
            progress.changed(path, target);
        }
    }

    private boolean sameContent(Directory directory, FileEntry target, FileEntry found) throws IOException {
        return switch (target.type()) {
            case FILE -> found.stat().size() == target.stat().size() && sameBlobs(directory, target, found);
            case SYMLINK -> target.linkTarget().equals(found.linkTarget());
            case CHAR_DEVICE, BLOCK_DEVICE ->
                target.stat().rdev() == found.stat().rdev();
            default -> true;
        };
    }

    private boolean sameBlobs(Directory directory, FileEntry target, FileEntry found) throws IOException {
        if (!found.isPending() && found.settled()) {
            return found.content().equals(target.content());
        }
        return blobs.matching(directory, target, blobs.offsets(target)).cardinality()
                == target.content().size();
    }

    private FileTask task(Directory directory, String path, FileEntry target, FileEntry found, boolean isNew)
            throws IOException {
        long[] offsets = blobs.offsets(target);
        // For small files it is cheaper to fetch than to look.
        boolean look = found != null && target.content().size() > 1;
        BitSet kept = look ? blobs.matching(directory, target, offsets) : new BitSet();
        boolean inPlace = !kept.isEmpty()
                && target.stat().size() >= FileTask.IN_PLACE
                && found.stat().links() == 1;
        return new FileTask(path, target, workName(), offsets, kept, inPlace, isNew);
    }

    /** Beside what it replaces, then over it: the name is never without an entry. False where this process may not. */
    private boolean make(Directory directory, FileEntry target) throws IOException {
        String name = workName();
        switch (target.type()) {
            case SYMLINK -> directory.edit().makeSymlink(name, target.linkTarget());
            case FIFO -> directory.edit().makeFifo(name);
            default -> {
                if (!metadata.allowed(
                        directory,
                        target.name(),
                        "the device node",
                        () -> directory
                                .edit()
                                .makeDevice(name, target.type(), target.stat().rdev()))) {
                    return false;
                }
            }
        }
        metadata.apply(directory, name, target);
        directory.edit().rename(name, target.name());
        return true;
    }

    String workName() {
        return workPrefix + workNames.incrementAndGet();
    }
}
