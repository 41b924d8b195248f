package io.statemanager.replication;

import io.statemanager.ltx.Crc64;
import io.statemanager.ltx.Pages;
import io.statemanager.wal.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;

/** The checksums of the pages that a database file holds, without its log; read in parallel. 8 bytes a page. */
final class LocalPages {
    private static final int CHUNK = 1 << 20;

    private LocalPages() {}

    /** By page number; 0 for the lock page, and for what the file does not hold in full. */
    static long[] checksums(ByteSource file, int pageSize, int pages, ExecutorService pool) throws IOException {
        long[] checksums = new long[pages + 1];
        int there = (int) Math.min(pages, file.size() / pageSize);
        int step = Math.max(1, CHUNK / pageSize);
        BoundedTasks tasks = new BoundedTasks(pool, IndexedRestore.PARALLEL);
        try {
            for (int first = 1; first <= there; first += step) {
                int from = first;
                int to = Math.min(there, first + step - 1);
                tasks.submit(() -> {
                    read(file, pageSize, from, to, checksums);
                    return null;
                });
            }
        } finally {
            tasks.await();
        }
        return checksums;
    }

    private static void read(ByteSource file, int pageSize, int from, int to, long[] checksums) throws IOException {
        byte[] bytes = new byte[(to - from + 1) * pageSize];
        if (!file.fill(ByteBuffer.wrap(bytes), (from - 1L) * pageSize)) {
            throw new IOException("the database file became shorter while it was read");
        }
        Crc64 scratch = new Crc64();
        for (int pgno = from; pgno <= to; pgno++) {
            if (pgno != Pages.lockPage(pageSize)) {
                checksums[pgno] = Pages.checksum(scratch, pgno, bytes, (pgno - from) * pageSize, pageSize);
            }
        }
    }
}
