package io.statemanager.linux;

import static io.statemanager.linux.LibcFiles.*;

import com.sun.jna.Native;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A regular file held open. Beside reading and writing it knows holes, and sets what belongs to the file itself, whatever its name
 * is by now. Thread: one at a time; the owner closes it.
 */
public final class OpenFile implements Closeable {
    private final int descriptor;
    private final String path;
    private boolean closed;

    OpenFile(int descriptor, String path) {
        this.descriptor = descriptor;
        this.path = path;
    }

    public FileStat stat() throws IOException {
        Scratch scratch = Scratch.own();
        check(statx(descriptor, new byte[1], AT_EMPTY_PATH, STATX_BASIC_STATS, scratch.address), "stat");
        return FileStat.from(scratch.buffer);
    }

    /** Reads at the file's own place; returns the number of bytes, -1 at the end. May return less than asked for. */
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        Scratch scratch = Scratch.own();
        int got = (int) check(LibcFiles.read(descriptor, scratch.address, Math.min(length, Scratch.BYTES)), "read");
        scratch.buffer.get(0, into, offset, got);
        return got == 0 ? -1 : got;
    }

    /** Reads at {@code position} as much as there is up to {@code length}; less only at the end of the file. */
    public int readAt(long position, byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        Scratch scratch = Scratch.own();
        int done = 0;
        while (done < length) {
            int want = Math.min(length - done, Scratch.BYTES);
            int got = (int) check(pread(descriptor, scratch.address, want, position + done), "read");
            if (got == 0) {
                break;
            }
            scratch.buffer.get(0, into, offset + done, got);
            done += got;
        }
        return done;
    }

    /** Writes all of it at {@code position}. */
    public void writeAt(long position, byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        Scratch scratch = Scratch.own();
        int done = 0;
        while (done < length) {
            int part = Math.min(length - done, Scratch.BYTES);
            scratch.buffer.put(0, from, offset + done, part);
            done += (int) check(pwrite(descriptor, scratch.address, part, position + done), "write");
        }
    }

    /** Where the next data at or after {@code from} begins; the size of the file where only a hole follows. */
    public long nextData(long from, long size) throws IOException {
        long found = lseek(descriptor, from, SEEK_DATA);
        if (found == -1 && Native.getLastError() == ErrnoException.ENXIO) {
            return size;
        }
        return check(found, "seek in");
    }

    /** Where the next hole at or after {@code from} begins; every file has one at its end. */
    public long nextHole(long from) throws IOException {
        return check(lseek(descriptor, from, SEEK_HOLE), "seek in");
    }

    /** Cuts or, with a hole, lengthens it. */
    public void setSize(long size) throws IOException {
        check(ftruncate(descriptor, size), "set the size of");
    }

    public void setOwner(int user, int group) throws IOException {
        check(fchown(descriptor, user, group), "set the owner of");
    }

    public void setMode(int permissions) throws IOException {
        check(fchmod(descriptor, permissions), "set the mode of");
    }

    /** The time of modification; the time of access is set to the same. */
    public void setTime(long seconds, int nanos) throws IOException {
        Scratch scratch = Scratch.own();
        Timespecs.write(scratch, seconds, nanos);
        check(futimens(descriptor, scratch.address), "set the time of");
    }

    public void sync() throws IOException {
        check(fsync(descriptor), "sync");
    }

    /** Content and size to the disk; times only as far as they are needed for that. */
    public void syncData() throws IOException {
        check(fdatasync(descriptor), "sync");
    }

    /** The rest of the file, from its own place on; closing the stream leaves the file open. */
    public InputStream stream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return OpenFile.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return OpenFile.this.read(into, offset, length);
            }
        };
    }

    private int check(int result, String call) throws ErrnoException {
        return Libc.check(result, call, new Directory.Shown(path));
    }

    private long check(long result, String call) throws ErrnoException {
        return Libc.check(result, call, new Directory.Shown(path));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            LibcFiles.close(descriptor);
        }
    }
}
