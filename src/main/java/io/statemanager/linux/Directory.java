package io.statemanager.linux;

import static io.statemanager.linux.LibcFiles.*;
import static io.statemanager.linux.RawName.terminated;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A directory held open: the place that names are resolved at. Nothing here follows a symlink, neither on the way nor at the end,
 * so whoever changes the tree meanwhile cannot lead a caller out of it. Names are {@linkplain RawName raw}; each method that takes
 * a {@code name} takes one plain entry of this directory.
 *
 * <p>{@link DirectoryEditor} changes what is in it. Thread: any, several at once; the owner closes it, after which nothing else may
 * be called.
 */
public final class Directory implements AutoCloseable {
    private static final int OPEN = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

    /** From {@code linux/magic.h}. */
    private static final long TMPFS = 0x01021994L;

    private static final long RAMFS = 0x858458f6L;

    /** From {@code dirent.h}: where an entry's type and name lie, and what its type may be. */
    private static final int TYPE = 18;

    private static final int NAME = 19;
    private static final byte DT_UNKNOWN = 0;
    private static final byte DT_DIR = 4;

    /** Longest path handed to the kernel at once; it takes 4,095 bytes. */
    private static final int STEP = 3000;

    final int descriptor;
    private final String path;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Directory(int descriptor, String path) {
        this.descriptor = descriptor;
        this.path = path;
    }

    /** Opens an absolute raw path. Symlinks on the way there are followed, one at its end is not. */
    public static Directory open(String path) throws IOException {
        return new Directory(check(openat(AT_FDCWD, terminated(path), OPEN, 0), "open", path), path);
    }

    private static int check(int result, String call, String object) throws ErrnoException {
        return Libc.check(result, call, new Shown(object));
    }

    /** The directory at the relative raw path {@code below}, of any length; the empty one is this directory again. */
    public Directory openBelow(String below) throws IOException {
        if (below.isEmpty()) {
            return new Directory(check(openat(descriptor, terminated("."), OPEN, 0), "open", path), path);
        }
        int to = stepEnd(below, 0);
        Directory at = openStep(below.substring(0, to));
        while (to < below.length()) {
            int from = to + 1;
            to = stepEnd(below, from);
            try (Directory parent = at) {
                at = parent.openStep(below.substring(from, to));
            }
        }
        return at;
    }

    private static int stepEnd(String below, int from) {
        if (below.length() - from <= STEP) {
            return below.length();
        }
        int slash = below.lastIndexOf('/', from + STEP);
        return slash > from ? slash : Math.max(from + 1, below.indexOf('/', from));
    }

    private Directory openStep(String step) throws IOException {
        int opened = Beneath.open(descriptor, terminated(step), OPEN);
        if (opened == Beneath.UNSUPPORTED) {
            return openEachName(step);
        }
        String whole = RawName.join(path, step);
        return new Directory(check(opened, "open", whole), whole);
    }

    /** For kernels before 5.6 and sandboxes without {@code openat2}: one name at a time. */
    private Directory openEachName(String step) throws IOException {
        Directory at = openChild(step.split("/", -1)[0]);
        String[] names = step.split("/", -1);
        for (int i = 1; i < names.length; i++) {
            try (Directory parent = at) {
                at = parent.openChild(names[i]);
            }
        }
        return at;
    }

    /** The sub-directory {@code name}. A symlink there fails with ELOOP or ENOTDIR. */
    public Directory openChild(String name) throws IOException {
        String child = RawName.join(path, name);
        return new Directory(check(openat(descriptor, terminated(name), OPEN, 0), "open", child), child);
    }

    /** All names but {@code .} and {@code ..}, in the kernel's order. */
    public List<String> names() throws IOException {
        return names(false);
    }

    /** Names of the directories in it, without a look at any entry; where a filesystem does not tell what is one, of everything. */
    public List<String> possibleDirectories() throws IOException {
        return names(true);
    }

    private List<String> names(boolean directories) throws IOException {
        List<String> names = new ArrayList<>();
        Scratch scratch = Scratch.own();
        Libc.check(lseek(descriptor, 0, 0), "rewind", new Shown(path));
        while (true) {
            long got = getdents64(descriptor, scratch.address, Scratch.BYTES);
            int end = (int) Libc.check(got, "list", new Shown(path));
            if (end == 0) {
                return names;
            }
            for (int at = 0; at < end; at += Short.toUnsignedInt(scratch.buffer.getShort(at + 16))) {
                byte type = scratch.buffer.get(at + TYPE);
                if (!directories || type == DT_DIR || type == DT_UNKNOWN) {
                    addName(scratch, at + NAME, names);
                }
            }
        }
    }

    private static void addName(Scratch scratch, int start, List<String> names) {
        int end = start;
        while (scratch.buffer.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - start];
        scratch.buffer.get(start, bytes);
        String name = RawName.of(bytes);
        if (!name.equals(".") && !name.equals("..")) {
            names.add(name);
        }
    }

    /** The entry itself, also where it is a symlink. */
    public FileStat stat(String name) throws IOException {
        return stat(name, AT_SYMLINK_NOFOLLOW);
    }

    /** This directory. */
    public FileStat stat() throws IOException {
        return stat("", AT_EMPTY_PATH);
    }

    private FileStat stat(String name, int flags) throws IOException {
        Scratch scratch = Scratch.own();
        int result = statx(descriptor, terminated(name), flags, STATX_BASIC_STATS, scratch.address);
        if (result == -1) {
            throw Libc.failure("stat", new Shown(RawName.join(path, name)));
        }
        return FileStat.from(scratch.buffer);
    }

    /** As {@link #stat(String)}, or null where there is no such entry. */
    public FileStat statIfThere(String name) throws IOException {
        try {
            return stat(name);
        } catch (ErrnoException e) {
            if (e.is(ErrnoException.ENOENT)) {
                return null;
            }
            throw e;
        }
    }

    /** Opens a file for reading; never waits, also where a FIFO took the file's place. */
    public OpenFile openFile(String name) throws IOException {
        return file(name, O_RDONLY | O_NONBLOCK, 0);
    }

    /** Opens a file that is there for writing. */
    public OpenFile openForWrite(String name) throws IOException {
        return file(name, O_RDWR | O_NONBLOCK, 0);
    }

    /** Creates a file that must not be there yet, with mode 0600. */
    public OpenFile createFile(String name) throws IOException {
        return file(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    }

    private OpenFile file(String name, int flags, int mode) throws IOException {
        String whole = RawName.join(path, name);
        int opened = openat(descriptor, terminated(name), flags | O_NOFOLLOW | O_CLOEXEC, mode);
        return new OpenFile(check(opened, "open", whole), whole);
    }

    /** The raw target of a symlink. */
    public String readLink(String name) throws IOException {
        Scratch scratch = Scratch.own();
        long length = readlinkat(descriptor, terminated(name), scratch.address, Scratch.BYTES);
        if (length == -1) {
            throw Libc.failure("read link", new Shown(RawName.join(path, name)));
        }
        return RawName.of(scratch.copy((int) length));
    }

    /** Extended attributes of the entry {@code name} itself. */
    public Xattrs xattrs(String name) {
        return new Xattrs("/proc/self/fd/" + descriptor + "/" + name, RawName.join(path, name));
    }

    /** Extended attributes of this directory. */
    public Xattrs xattrs() {
        return new Xattrs("/proc/self/fd/" + descriptor + "/.", path);
    }

    /** The changes that can be made in it. */
    public DirectoryEditor edit() {
        return new DirectoryEditor(this);
    }

    /** Makes the entries of this directory durable. */
    public void sync() throws IOException {
        check(fsync(descriptor), "sync", path);
    }

    /** Makes everything on this directory's filesystem durable. */
    public void syncFilesystem() throws IOException {
        check(syncfs(descriptor), "sync the filesystem of", path);
    }

    /** Whether it lies in memory only (tmpfs, ramfs), where pages are never written out. */
    public boolean isInMemory() throws IOException {
        Scratch scratch = Scratch.own();
        check(fstatfs(descriptor, scratch.address), "ask for the filesystem of", path);
        long type = scratch.buffer.getLong(0);
        return type == TMPFS || type == RAMFS;
    }

    /** The raw path it was opened by. For messages: it may have been moved since. */
    public String path() {
        return path;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            LibcFiles.close(descriptor);
        }
    }

    /** A raw path in an error, put in words only where there is one. */
    record Shown(String raw) {
        @Override
        public String toString() {
            return RawName.display(raw);
        }
    }
}
