package io.statemanager.replication;

import io.statemanager.ltx.Crc64;
import io.statemanager.ltx.DatabaseFile;
import io.statemanager.ltx.LtxException;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.LtxHeader;
import io.statemanager.ltx.PageCodec;
import io.statemanager.ltx.PageIndex;
import io.statemanager.ltx.Pages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * Writes the state after a chain of files into a database file, from their page indexes: the newest file first, each page once, only the
 * byte ranges that are needed, several at a time. The result is complete, but whether it is right only the checksums of all pages together
 * tell; the caller knows what they come to.
 *
 * <p>Memory, which {@link RestoreMemory} asks for before: one page index (12 bytes a page, and while it is parsed as many as it has in
 * the file), 8 bytes a page for checksums, a bit for what is missing, and four ranges. Blocking.
 */
final class IndexedRestore {
    static final int PARALLEL = 4;

    /** Unwanted bytes that are fetched along rather than asking twice. */
    private static final int GAP = 64 << 10;

    private final String key;
    private final IndexFetch source;
    private final DatabaseFile target;
    private final BoundedTasks fetches;
    private final DatabaseRestore.Listener listener;
    private LtxHeader last;
    private long written;
    private BitSet wanted;
    private BitSet missing;
    private long[] checksums;

    /** @param pool has at least {@link #PARALLEL} threads that are free */
    IndexedRestore(
            ReplicaStore store,
            String key,
            FileChannel target,
            ExecutorService pool,
            DatabaseRestore.Listener listener) {
        this.listener = listener;
        this.key = key;
        this.source = new IndexFetch(store, key);
        this.target = new DatabaseFile(target);
        this.fetches = new BoundedTasks(pool, PARALLEL);
    }

    /** Only these pages of the last file's database are fetched and written. */
    IndexedRestore only(BitSet pages) {
        wanted = pages;
        return this;
    }

    /** Restores; returns the header of the chain's last file. */
    LtxHeader run(List<LtxFile> chain) throws IOException {
        try {
            for (int i = chain.size() - 1; i >= 0 && (missing == null || !missing.isEmpty()); i--) {
                take(chain.get(i));
            }
        } finally {
            fetches.await();
        }
        if (!missing.isEmpty()) {
            throw new LtxException(
                    LtxException.Reason.PAGES_MISSING,
                    "replica " + key + ": no file holds page " + missing.nextSetBit(0));
        }
        target.resize(last.commit(), last.pageSize());
        return last;
    }

    /** Checksum of each page that was written, by page number; 0 for the lock page. */
    long[] checksums() {
        return checksums;
    }

    private void take(LtxFile file) throws IOException {
        LtxHeader header = LtxHeader.decode(source.read(file, 0, LtxHeader.SIZE));
        if (last == null) {
            last = header;
            missing = new BitSet(header.commit() + 1);
            missing.set(1, header.commit() + 1);
            missing.clear(Pages.lockPage(header.pageSize()));
            if (wanted != null) {
                missing.and(wanted);
            }
            checksums = new long[header.commit() + 1];
        }
        if (header.pageSize() != last.pageSize()) {
            throw new LtxException(
                    LtxException.Reason.NOT_CONTIGUOUS, "replica " + key + ": the page size changes in the chain");
        }
        PageIndex index = source.fetch(file, header);
        for (int i = 0; i < index.size(); i++) {
            if (missing.get(index.pgno(i))) {
                i = fetchFrom(file, index, i);
            }
        }
    }

    /** Fetches one range that begins with this frame; returns the last frame in it. */
    private int fetchFrom(LtxFile file, PageIndex index, int first) {
        long start = index.offset(first);
        int end = first;
        BitSet frames = new BitSet();
        for (int i = first; i < index.size(); i++) {
            boolean tooLong = index.offset(i) + index.length(i) - start > ReplicaStore.MAX_READ;
            boolean tooFar = i > first && index.offset(i) - index.offset(end) - index.length(end) > GAP;
            if (tooLong || tooFar) {
                break;
            }
            if (missing.get(index.pgno(i))) {
                missing.clear(index.pgno(i));
                frames.set(i - first);
                end = i;
            }
        }
        int length = Math.toIntExact(index.offset(end) + index.length(end) - start);
        fetches.submit(() -> {
            write(file, index, first, frames, source.read(file, start, length));
            return null;
        });
        return end;
    }

    /** Writes the frames of a range that begins with the {@code first} one; bit 0 stands for that one. */
    private void write(LtxFile file, PageIndex index, int first, BitSet frames, byte[] bytes) throws IOException {
        int pageSize = last.pageSize();
        PageCodec codec = new PageCodec(pageSize);
        Crc64 scratch = new Crc64();
        byte[] page = new byte[pageSize];
        long start = index.offset(first);
        for (int bit = frames.nextSetBit(0); bit >= 0; bit = frames.nextSetBit(bit + 1)) {
            int i = first + bit;
            int pgno = codec.decode(bytes, (int) (index.offset(i) - start), index.length(i), page, 0);
            if (pgno != index.pgno(i)) {
                throw new LtxException(
                        LtxException.Reason.MALFORMED, "replica " + key + ": " + file.name() + " has a wrong index");
            }
            checksums[pgno] = Pages.checksum(scratch, pgno, page, 0, pageSize);
            target.write(pgno, page, pageSize);
        }
        tell(frames.cardinality());
    }

    private synchronized void tell(int pages) {
        written += pages;
        listener.at("pages restored", written, last.commit());
    }
}
