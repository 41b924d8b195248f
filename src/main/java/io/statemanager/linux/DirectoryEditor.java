package io.statemanager.linux;

import static io.statemanager.linux.LibcFiles.*;
import static io.statemanager.linux.RawName.terminated;

import java.io.IOException;

/**
 * Changes to the entries of one open {@link Directory}. As there, no symlink is ever followed: what is named is what is changed.
 * Thread: any.
 */
public final class DirectoryEditor {
    private final Directory directory;
    private final int descriptor;

    DirectoryEditor(Directory directory) {
        this.directory = directory;
        this.descriptor = directory.descriptor;
    }

    /** With mode 0700, so that nobody looks in before its own mode is set. */
    public void makeDirectory(String name) throws IOException {
        check(mkdirat(descriptor, terminated(name), 0700), "make directory", name);
    }

    public void makeFifo(String name) throws IOException {
        check(mkfifoat(descriptor, terminated(name), 0600), "make FIFO", name);
    }

    /** A device node of {@code type} standing for {@code rdev}. Only root can. */
    public void makeDevice(String name, FileType type, long rdev) throws IOException {
        check(mknodat(descriptor, terminated(name), type.bits() | 0600, rdev), "make device", name);
    }

    public void makeSymlink(String name, String target) throws IOException {
        check(symlinkat(terminated(target), descriptor, terminated(name)), "make symlink", name);
    }

    /** A further name, here, of the entry {@code name} of {@code other}. */
    public void link(Directory other, String name, String newName) throws IOException {
        check(linkat(other.descriptor, terminated(name), descriptor, terminated(newName), 0), "link", newName);
    }

    /** Moves an entry within this directory, over what bears the new name. */
    public void rename(String name, String newName) throws IOException {
        check(renameat(descriptor, terminated(name), descriptor, terminated(newName)), "rename", name);
    }

    /** Removes anything but a directory. */
    public void remove(String name) throws IOException {
        check(unlinkat(descriptor, terminated(name), 0), "remove", name);
    }

    public void removeDirectory(String name) throws IOException {
        check(unlinkat(descriptor, terminated(name), AT_REMOVEDIR), "remove directory", name);
    }

    public void setOwner(String name, int user, int group) throws IOException {
        check(fchownat(descriptor, terminated(name), user, group, AT_SYMLINK_NOFOLLOW), "set the owner of", name);
    }

    /**
     * The mode of anything but a symlink, which has none. The call itself follows links, so the caller must have seen what is
     * there, in a tree that nobody else changes.
     */
    public void setMode(String name, int permissions) throws IOException {
        check(fchmodat(descriptor, terminated(name), permissions, 0), "set the mode of", name);
    }

    /** The time of modification, in nanoseconds also for a symlink; the time of access is set to the same. */
    public void setTime(String name, long seconds, int nanos) throws IOException {
        Scratch scratch = Scratch.own();
        Timespecs.write(scratch, seconds, nanos);
        check(utimensat(descriptor, terminated(name), scratch.address, AT_SYMLINK_NOFOLLOW), "set the time of", name);
    }

    private void check(int result, String call, String name) throws ErrnoException {
        if (result == -1) {
            throw Libc.failure(call, new Directory.Shown(RawName.join(directory.path(), name)));
        }
    }
}
