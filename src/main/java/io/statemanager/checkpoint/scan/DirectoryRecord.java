package io.statemanager.checkpoint.scan;

import io.statemanager.linux.FileStat;
import io.statemanager.restic.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A directory's entries in about 110 bytes a file, ascending by name, and the tree that they were stored as. Immutable: an unchanged
 * directory keeps its record from one scan to the next, and with it the tree's id.
 */
public final class DirectoryRecord {
    private static final int SETTLED = 0x10;
    private static final int KNOWN = 0x20;
    private static final int EXTRA = 0x40;

    /** An entry's first byte has the type bits of its mode in its lower half. */
    private static final int TYPE_SHIFT = 12;

    /** As stored in the repository; null where it is not, or not as it is now. */
    private final Id tree;

    private final byte[] entries;

    DirectoryRecord(Id tree, byte[] entries) {
        this.tree = tree;
        this.entries = entries;
    }

    /** A record of entries that ascend by name, not stored yet. */
    public static DirectoryRecord of(List<FileEntry> entries) {
        Packed.Writer out = new Packed.Writer();
        for (FileEntry entry : entries) {
            write(entry, out);
        }
        return new DirectoryRecord(null, out.toBytes());
    }

    public Id tree() {
        return tree;
    }

    /** The same entries, stored as {@code id}. */
    public DirectoryRecord storedAs(Id id) {
        return new DirectoryRecord(id, entries);
    }

    byte[] packed() {
        return entries;
    }

    public List<FileEntry> entries() {
        List<FileEntry> list = new ArrayList<>();
        Packed.Reader in = new Packed.Reader(entries);
        while (in.more()) {
            list.add(read(in));
        }
        return list;
    }

    private static void write(FileEntry entry, Packed.Writer out) {
        FileStat stat = entry.stat();
        boolean extra = !entry.linkTarget().isEmpty() || !entry.attributes().isEmpty() || stat.rdev() != 0;
        int flags = stat.type().bits() >> TYPE_SHIFT;
        flags |= entry.settled() ? SETTLED : 0;
        flags |= entry.content() != null ? KNOWN : 0;
        flags |= extra ? EXTRA : 0;
        out.octet(flags);
        out.raw(entry.name());
        out.unsigned(stat.permissions());
        out.unsigned(Integer.toUnsignedLong(stat.user()));
        out.unsigned(Integer.toUnsignedLong(stat.group()));
        out.unsigned(stat.links());
        out.unsigned(stat.inode());
        out.unsigned(stat.size());
        out.signed(stat.mtimeSeconds());
        out.unsigned(stat.mtimeNanos());
        // Mostly the two times are close together.
        out.signed(stat.ctimeSeconds() - stat.mtimeSeconds());
        out.unsigned(stat.ctimeNanos());
        if (entry.content() != null) {
            out.unsigned(entry.content().size());
            entry.content().forEach(out::id);
        }
        if (extra) {
            writeExtra(entry, out);
        }
    }

    private static void writeExtra(FileEntry entry, Packed.Writer out) {
        out.raw(entry.linkTarget());
        out.unsigned(entry.stat().rdev());
        out.unsigned(entry.attributes().size());
        entry.attributes().forEach((name, value) -> {
            out.raw(name);
            out.octets(value);
        });
    }

    private static FileEntry read(Packed.Reader in) {
        int flags = in.octet();
        String name = in.raw();
        int mode = ((flags & 0xf) << TYPE_SHIFT) | (int) in.unsigned();
        int user = (int) in.unsigned();
        int group = (int) in.unsigned();
        int links = (int) in.unsigned();
        long inode = in.unsigned();
        long size = in.unsigned();
        long mtime = in.signed();
        int mtimeNanos = (int) in.unsigned();
        long ctime = in.signed() + mtime;
        int ctimeNanos = (int) in.unsigned();
        List<Id> content = (flags & KNOWN) != 0 ? readContent(in) : null;
        String target = "";
        long rdev = 0;
        Map<String, byte[]> attributes = Map.of();
        if ((flags & EXTRA) != 0) {
            target = in.raw();
            rdev = in.unsigned();
            attributes = readAttributes(in);
        }
        FileStat stat =
                new FileStat(mode, user, group, links, inode, 0, rdev, size, 0, mtime, mtimeNanos, ctime, ctimeNanos);
        return new FileEntry(name, stat, content, (flags & SETTLED) != 0, target, attributes);
    }

    private static List<Id> readContent(Packed.Reader in) {
        int count = (int) in.unsigned();
        if (count == 1) {
            return List.of(in.id());
        }
        List<Id> content = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            content.add(in.id());
        }
        return content;
    }

    private static Map<String, byte[]> readAttributes(Packed.Reader in) {
        Map<String, byte[]> attributes = new TreeMap<>();
        for (long left = in.unsigned(); left > 0; left--) {
            attributes.put(in.raw(), in.octets());
        }
        return attributes;
    }
}
