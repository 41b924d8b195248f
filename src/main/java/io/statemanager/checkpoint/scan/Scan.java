package io.statemanager.checkpoint.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a scan found: a record of each directory by its raw path below the top (the top's own is the empty string), and what was
 * left out. Invariant of the records: one that has a tree's id has it for all directories below it too, so whoever stores trees
 * looks only at those without.
 *
 * <p>Filled by several threads; afterwards the records of different directories may be replaced by several.
 */
public final class Scan {
    private final Map<String, DirectoryRecord> directories;
    final List<String> pendingDirectories = new ArrayList<>();
    final AtomicLong pendingBytes = new AtomicLong();
    final LongAdder pendingFiles = new LongAdder();
    final LongAdder files = new LongAdder();
    final LongAdder others = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder sockets = new LongAdder();
    final LongAdder devices = new LongAdder();
    final LongAdder filesystems = new LongAdder();
    final LongAdder excluded = new LongAdder();

    Scan() {
        this(new ConcurrentHashMap<>());
    }

    Scan(Map<String, DirectoryRecord> directories) {
        this.directories = directories;
    }

    public Map<String, DirectoryRecord> directories() {
        return directories;
    }

    /** Directories with files whose content is not known. */
    public List<String> pendingDirectories() {
        synchronized (pendingDirectories) {
            return List.copyOf(pendingDirectories);
        }
    }

    public long pendingFiles() {
        return pendingFiles.sum();
    }

    public long pendingBytes() {
        return pendingBytes.get();
    }

    /** Regular files, each name counted. */
    public long files() {
        return files.sum();
    }

    /** Symlinks and FIFOs. */
    public long others() {
        return others.sum();
    }

    /** The sizes of the regular files together. */
    public long bytes() {
        return bytes.sum();
    }

    public long sockets() {
        return sockets.sum();
    }

    public long devices() {
        return devices.sum();
    }

    /** Mount points that were not entered. */
    public long filesystems() {
        return filesystems.sum();
    }

    /** Entries that a pattern, or a database's replica, keeps out; what is below a directory is not counted. */
    public long excluded() {
        return excluded.sum();
    }

    void pending(String directory) {
        synchronized (pendingDirectories) {
            pendingDirectories.add(directory);
        }
    }

    /** Takes the tree's id from every directory above one that has none. */
    public void settleTrees() {
        List<String> changed = new ArrayList<>();
        directories.forEach((path, record) -> {
            if (record.tree() == null) {
                changed.add(path);
            }
        });
        changed.forEach(this::forgetAbove);
    }

    /** To be told where a directory's record is replaced by one without a tree. */
    public void forgetAbove(String directory) {
        String at = directory;
        while (!at.isEmpty()) {
            at = parentOf(at);
            DirectoryRecord record = directories.get(at);
            if (record == null || record.tree() == null) {
                return;
            }
            directories.put(at, record.storedAs(null));
        }
    }

    /** The directory that a raw path lies in. */
    public static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
