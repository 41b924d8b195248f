package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.restore.Destinations.Destination;
import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.linux.Directory;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.OpenFile;
import io.statemanager.linux.RawName;
import io.statemanager.runtime.Failpoints;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * One file whose content is being made. Normally a new file beside the old one, with holes where there are zeros, which takes the
 * name when it is complete with all that belongs to it. A large file of which most is right already is changed in place instead: it
 * needs neither the space nor the time of a copy, and a crash in between is finished by the next run.
 *
 * <p>Blobs may come from several threads in any order; whoever brings the last one finishes the file.
 */
final class FileTask {
    /** From this size on a file is changed in place, where some of its blobs are right. */
    static final long IN_PLACE = 64 << 20;

    /** Shorter runs of zeros are written: a hole for each would fragment the file. */
    private static final int HOLE = 16 << 10;

    private static final int BLOCK = 4096;
    private static final byte[] ZEROS = new byte[BLOCK];

    final String directory;
    final FileEntry target;
    private String workName;
    private final boolean inPlace;
    private final BitSet kept;
    private final long[] offsets;
    private int missing;
    private boolean begun;

    /** Made in this run, so that what it does not need to have it does not have. */
    private boolean made;

    private final boolean isNew;

    /**
     * @param offsets where each blob begins, and behind them the size
     * @param kept the blobs that the local file holds at their places already
     * @param isNew whether nothing bore the name: then the file is made under it at once, as there is nothing to keep until it is complete
     */
    FileTask(
            String directory,
            FileEntry target,
            String workName,
            long[] offsets,
            BitSet kept,
            boolean inPlace,
            boolean isNew) {
        this.directory = directory;
        this.target = target;
        this.workName = inPlace ? target.name() : workName;
        this.inPlace = inPlace;
        this.isNew = isNew;
        this.offsets = offsets;
        this.kept = kept;
        this.missing = target.content().size() - kept.cardinality();
    }

    boolean needs(int blob) {
        return !kept.get(blob);
    }

    long offset(int blob) {
        return offsets[blob];
    }

    boolean needsNothing() {
        return missing == 0;
    }

    /** Writes one blob at its offset. */
    synchronized void write(Destinations destinations, Metadata metadata, long at, byte[] bytes, int offset, int length)
            throws IOException {
        Destination parent = destinations.at(directory);
        try (OpenFile file = open(parent.directory())) {
            if (inPlace) {
                file.writeAt(at, bytes, offset, length);
            } else {
                writeSparse(file, at, bytes, offset, length);
            }
            missing--;
            if (missing == 0) {
                finish(parent, file, metadata);
            }
        }
    }

    /** For a file none of whose blobs has to be fetched. */
    synchronized void finish(Destinations destinations, Metadata metadata) throws IOException {
        Destination parent = destinations.at(directory);
        try (OpenFile file = open(parent.directory())) {
            finish(parent, file, metadata);
        }
    }

    private OpenFile open(Directory parent) throws IOException {
        if (begun || inPlace) {
            OpenFile file = parent.openForWrite(workName);
            if (!begun) {
                file.setSize(target.stat().size());
                begun = true;
            }
            return file;
        }
        OpenFile file = create(parent);
        begun = true;
        made = true;
        Failpoints.hit("restore.file.begun");
        if (target.content().size() > 1 || !kept.isEmpty()) {
            file.setSize(target.stat().size());
            copyKept(parent, file);
        }
        return file;
    }

    private OpenFile create(Directory parent) throws IOException {
        if (isNew) {
            try {
                OpenFile file = parent.createFile(target.name());
                workName = target.name();
                return file;
            } catch (ErrnoException e) {
                // Something that no scan takes has the name, as a socket.
                if (!e.is(ErrnoException.EEXIST)) {
                    throw e;
                }
            }
        }
        return parent.createFile(workName);
    }

    private void copyKept(Directory parent, OpenFile file) throws IOException {
        if (kept.isEmpty()) {
            return;
        }
        try (OpenFile local = parent.openFile(target.name())) {
            byte[] buffer = new byte[256 << 10];
            for (int blob = kept.nextSetBit(0); blob >= 0; blob = kept.nextSetBit(blob + 1)) {
                long at = offsets[blob];
                while (at < offsets[blob + 1]) {
                    int got = local.readAt(at, buffer, 0, (int) Math.min(buffer.length, offsets[blob + 1] - at));
                    if (got == 0) {
                        throw new IOException(
                                "the file " + RawName.display(target.name()) + " changes while it is restored");
                    }
                    writeSparse(file, at, buffer, 0, got);
                    at += got;
                }
            }
        }
    }

    private void finish(Destination parent, OpenFile file, Metadata metadata) throws IOException {
        FileStat stat = file.stat();
        if (stat.size() != target.stat().size()) {
            file.setSize(target.stat().size());
        }
        boolean bare = made && !parent.bequeaths();
        metadata.apply(parent.directory(), workName, file, stat, bare, target);
        Failpoints.hit("restore.file.made");
        if (!workName.equals(target.name())) {
            parent.directory().edit().rename(workName, target.name());
        }
        Failpoints.hit("restore.file");
    }

    /** Leaves out runs of zeros on block borders: where nothing was written the file has a hole, which reads as zeros. */
    private static void writeSparse(OpenFile file, long at, byte[] bytes, int offset, int length) throws IOException {
        int from = 0;
        int zero = nextZeros(bytes, offset, length, from, at);
        while (zero < length) {
            int end = endOfZeros(bytes, offset, length, zero);
            if (end - zero >= HOLE) {
                write(file, at, bytes, offset, from, zero);
                from = end;
            }
            zero = nextZeros(bytes, offset, length, end, at);
        }
        write(file, at, bytes, offset, from, length);
    }

    private static void write(OpenFile file, long at, byte[] bytes, int offset, int from, int to) throws IOException {
        if (to > from) {
            file.writeAt(at + from, bytes, offset + from, to - from);
        }
    }

    /** The next block border from which a block of zeros follows, or the length. */
    private static int nextZeros(byte[] bytes, int offset, int length, int from, long at) {
        int block = from + (int) Math.floorMod(-(at + from), (long) BLOCK);
        while (block + BLOCK <= length && !isZero(bytes, offset + block)) {
            block += BLOCK;
        }
        return block + BLOCK <= length ? block : length;
    }

    private static int endOfZeros(byte[] bytes, int offset, int length, int from) {
        int end = from;
        while (end + BLOCK <= length && isZero(bytes, offset + end)) {
            end += BLOCK;
        }
        return end;
    }

    private static boolean isZero(byte[] bytes, int at) {
        return bytes[at] == 0 && Arrays.equals(bytes, at, at + BLOCK, ZEROS, 0, BLOCK);
    }
}
