package io.statemanager.checkpoint.scan;

import io.statemanager.linux.FileStat;
import io.statemanager.linux.FileType;
import io.statemanager.restic.Id;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One entry of a directory: what the kernel says of it, and what is stored of it.
 *
 * @param name raw
 * @param stat as seen; its device and blocks are not kept in the cache and 0 when read from there
 * @param content a file's blobs in order, each of type data; null where they are not known, and for all other types
 * @param settled false where the content was read so soon after a change that a further one need not have moved any timestamp: it
 *     must be read again the next time
 * @param linkTarget a symlink's raw target, else empty
 * @param attributes extended attributes by raw name
 */
public record FileEntry(
        String name,
        FileStat stat,
        List<Id> content,
        boolean settled,
        String linkTarget,
        Map<String, byte[]> attributes) {

    private static final long TICK_MILLIS = 20;

    public FileEntry {
        Objects.requireNonNull(name);
        Objects.requireNonNull(stat);
        Objects.requireNonNull(linkTarget);
        Objects.requireNonNull(attributes);
    }

    public FileType type() {
        return stat.type();
    }

    public boolean isDirectory() {
        return stat.isDirectory();
    }

    public boolean isFile() {
        return stat.isFile();
    }

    /** A file whose content has to be read before it can be in a tree. */
    public boolean isPending() {
        return isFile() && content == null;
    }

    /** True for a file that has further names, here or elsewhere. */
    public boolean isHardLinked() {
        return stat.links() > 1 && !isDirectory();
    }

    /** The same entry with its content as it was read. */
    public FileEntry withContent(FileStat seen, List<Id> blobs, boolean isSettled) {
        return new FileEntry(name, seen, blobs, isSettled, linkTarget, attributes);
    }

    /** The same entry with another number for the file behind it. */
    public FileEntry withInode(long inode) {
        return new FileEntry(name, stat.withInode(inode), content, settled, linkTarget, attributes);
    }

    /** The same entry, to be read. */
    public FileEntry pending() {
        return new FileEntry(name, stat, null, false, linkTarget, attributes);
    }

    /**
     * Whether a change after {@code millis}, when it was read or written, must show. Timestamps advance with the kernel's tick, of at
     * most 10 ms: a file that is read so soon after its last change may change again within the same tick (git calls such an entry
     * racily clean). Twice the tick is allowed for.
     */
    public boolean isSettledAt(long millis) {
        return stat.ctimeSeconds() * 1000 + stat.ctimeNanos() / 1_000_000 < millis - TICK_MILLIS;
    }

    /** Whether {@code other} was seen later with nothing moved that a change would move. */
    public boolean sameAs(FileStat other) {
        return stat.mode() == other.mode()
                && stat.user() == other.user()
                && stat.group() == other.group()
                && stat.links() == other.links()
                && stat.inode() == other.inode()
                && stat.rdev() == other.rdev()
                && stat.size() == other.size()
                && stat.mtimeSeconds() == other.mtimeSeconds()
                && stat.mtimeNanos() == other.mtimeNanos()
                && stat.ctimeSeconds() == other.ctimeSeconds()
                && stat.ctimeNanos() == other.ctimeNanos();
    }
}
