package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.linux.Directory;
import io.statemanager.linux.DirectoryEditor;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.FileType;
import io.statemanager.linux.OpenFile;
import io.statemanager.linux.RawName;
import io.statemanager.linux.Xattrs;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * Owner, mode, attributes and time of an entry, in the order in which none undoes another: a change of owner clears set-id bits and
 * capabilities, everything else moves the time.
 *
 * <p>What this process is not allowed to set (another owner without being root, an attribute that the filesystem does not take) is
 * a warning, as with every other tool that restores.
 */
final class Metadata {
    private final Warnings warnings;

    Metadata(Warnings warnings) {
        this.warnings = warnings;
    }

    /** Whether owner, mode, time and attributes are what they must be. */
    static boolean same(FileEntry target, FileEntry local) {
        FileStat a = target.stat();
        FileStat b = local.stat();
        boolean modes = a.permissions() == b.permissions() || target.type() == FileType.SYMLINK;
        return modes
                && a.user() == b.user()
                && a.group() == b.group()
                && a.mtimeSeconds() == b.mtimeSeconds()
                && a.mtimeNanos() == b.mtimeNanos()
                && sameAttributes(target.attributes(), local.attributes());
    }

    private static boolean sameAttributes(Map<String, byte[]> a, Map<String, byte[]> b) {
        return matches(a, b) && matches(b, a);
    }

    private static boolean matches(Map<String, byte[]> a, Map<String, byte[]> b) {
        for (Map.Entry<String, byte[]> e : a.entrySet()) {
            if (isOurs(e.getKey()) && !Arrays.equals(e.getValue(), b.get(e.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /** Labels that the system gives by itself are neither compared nor removed. */
    private static boolean isOurs(String attribute) {
        return attribute.startsWith("user.")
                || attribute.startsWith("trusted.")
                || attribute.startsWith("system.posix_acl_")
                || attribute.equals("security.capability");
    }

    /** Sets all of them on an entry. */
    void apply(Directory directory, String name, FileEntry target) throws IOException {
        DirectoryEditor edit = directory.edit();
        FileStat stat = target.stat();
        allowed(directory, name, "owner", () -> edit.setOwner(name, stat.user(), stat.group()));
        if (target.type() != FileType.SYMLINK) {
            edit.setMode(name, stat.permissions());
        }
        attributes(directory, name, target.attributes());
        edit.setTime(name, stat.mtimeSeconds(), stat.mtimeNanos());
    }

    /**
     * The same for a file that is open; its attributes go by its name.
     *
     * @param found what the file is like; each call that this makes unnecessary is one for every file of the tree
     * @param bare whether the file is known to have no attributes
     */
    void apply(Directory directory, String name, OpenFile file, FileStat found, boolean bare, FileEntry target)
            throws IOException {
        FileStat stat = target.stat();
        boolean moves = found.user() != stat.user() || found.group() != stat.group();
        if (moves) {
            allowed(directory, name, "owner", () -> file.setOwner(stat.user(), stat.group()));
        }
        if (moves || found.permissions() != stat.permissions()) {
            file.setMode(stat.permissions());
        }
        if (!bare || !target.attributes().isEmpty()) {
            attributes(directory, name, target.attributes());
        }
        file.setTime(stat.mtimeSeconds(), stat.mtimeNanos());
    }

    private void attributes(Directory directory, String name, Map<String, byte[]> wanted) throws IOException {
        Xattrs xattrs = directory.xattrs(name);
        Map<String, byte[]> there = xattrs.all();
        for (String extra : there.keySet()) {
            if (isOurs(extra) && !wanted.containsKey(extra)) {
                allowed(directory, name, RawName.display(extra), () -> xattrs.remove(extra));
            }
        }
        for (Map.Entry<String, byte[]> attribute : wanted.entrySet()) {
            if (!Arrays.equals(attribute.getValue(), there.get(attribute.getKey()))) {
                allowed(
                        directory,
                        name,
                        RawName.display(attribute.getKey()),
                        () -> xattrs.set(attribute.getKey(), attribute.getValue()));
            }
        }
    }

    /** A step that the system may refuse to this process. */
    interface Change {
        void make() throws IOException;
    }

    /** Takes the step, or warns and returns false where it is refused. */
    boolean allowed(Directory directory, String name, String what, Change change) throws IOException {
        try {
            change.make();
            return true;
        } catch (ErrnoException e) {
            if (!e.is(ErrnoException.EPERM) && !e.is(ErrnoException.EOPNOTSUPP) && !e.is(ErrnoException.EACCES)) {
                throw e;
            }
            warnings.add(what + " of " + RawName.display(RawName.join(directory.path(), name)) + " cannot be set here");
            return false;
        }
    }
}
