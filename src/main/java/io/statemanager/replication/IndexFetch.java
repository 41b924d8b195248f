package io.statemanager.replication;

import io.statemanager.ltx.LtxException;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.LtxHeader;
import io.statemanager.ltx.PageIndex;
import java.io.IOException;
import java.util.Arrays;

/** Gets a file's page index with one ranged read where it is small, two where it is not. */
final class IndexFetch {
    private static final int TAIL_GUESS = 64 << 10;
    private static final int TRAILER = PageIndex.TAIL - Long.BYTES;

    private final ReplicaStore store;
    private final String key;

    IndexFetch(ReplicaStore store, String key) {
        this.store = store;
        this.key = key;
    }

    PageIndex fetch(LtxFile file, LtxHeader header) throws IOException {
        long guess = Math.min(file.size() - LtxHeader.SIZE, TAIL_GUESS);
        byte[] end = read(file, file.size() - guess, (int) guess);
        byte[] tail = Arrays.copyOfRange(end, Math.max(0, end.length - PageIndex.TAIL), end.length);
        int stored = PageIndex.storedLength(tail, file.size());
        RestoreMemory.requireIndex(key, file, header, stored);
        byte[] index = stored + TRAILER <= end.length
                ? Arrays.copyOfRange(end, end.length - TRAILER - stored, end.length - TRAILER)
                : read(file, file.size() - TRAILER - stored, stored);
        return PageIndex.parse(index, file.size(), header);
    }

    /** Reads exactly so many bytes. */
    byte[] read(LtxFile file, long offset, int length) throws IOException {
        byte[] bytes = new byte[Math.max(0, length)];
        int at = 0;
        while (at < length) {
            byte[] part = store.read(key, file, offset + at, Math.min(ReplicaStore.MAX_READ, length - at))
                    .bytes();
            if (part.length == 0) {
                throw new LtxException(
                        LtxException.Reason.TRUNCATED, "replica " + key + ": " + file.name() + " is too short");
            }
            System.arraycopy(part, 0, bytes, at, part.length);
            at += part.length;
        }
        return bytes;
    }
}
