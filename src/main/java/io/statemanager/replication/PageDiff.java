package io.statemanager.replication;

import io.statemanager.ltx.Crc64;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.LtxHeader;
import io.statemanager.ltx.LtxWriter;
import io.statemanager.ltx.PageEncoding;
import io.statemanager.ltx.Pages;
import io.statemanager.ltx.WalSpan;
import io.statemanager.wal.WalPages;
import io.statemanager.wal.WalPosition;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Writes what differs between a database at an instant and a replica's content: one LTX file, and the table of page checksums that holds
 * after it. Both are streamed to disk and synced; memory does not grow with the database. One use, one thread.
 */
final class PageDiff {
    private final DatabaseContent content;
    private final int pages;
    private final int pageSize;
    private final Crc64 scratch = new Crc64();
    private final byte[] page;

    PageDiff(DatabaseContent content) {
        this.content = content;
        this.pages = content.pages();
        this.pageSize = content.pageSize();
        this.page = new byte[pageSize];
    }

    /**
     * What to write.
     *
     * @param txid of the file
     * @param before the replica's content, or null where it is not known page by page: then all pages are written
     * @param changed the pages that may differ, or null for all
     * @param span which part of the log this stands for
     * @param mark where in its log the database is now
     */
    record Order(long txid, PageTable before, WalPages changed, WalSpan span, WalPosition mark) {
        int pagesBefore() {
            return before == null ? 0 : before.state().pages();
        }
    }

    /** What was written: the file's header and hash, how many pages it holds, and the table's state. */
    record Written(LtxHeader header, long size, String sha256, int pages, PageTable.State table) {

        /** Whether content and replica are the same, so that the file is not needed. */
        boolean isUnchanged(Order order) {
            return pages == 0 && order.before() != null;
        }

        LtxFile file(int level) {
            return new LtxFile(level, header.minTxid(), header.maxTxid(), size);
        }

        /** Metadata of the file, with what is known of the database after it. */
        Map<String, String> metadata(long generation) {
            Map<String, String> metadata = new HashMap<>(Metadata.of(header, generation, sha256));
            metadata.put(Metadata.DATABASE_CHECKSUM, Metadata.hex(table.checksum()));
            WalPosition mark = table.mark();
            if (mark.frame() > 0) {
                long checksum = ((long) mark.checksum1() << 32) | (mark.checksum2() & 0xffffffffL);
                metadata.put(Metadata.FRAME_CHECKSUM, Metadata.hex(checksum));
            }
            return metadata;
        }
    }

    /** Compares and writes. Where nothing differs the file is there too, without pages; the table is always complete. */
    Written write(Order order, PageEncoding encoding, Path file, Path table) throws IOException {
        LtxHeader header =
                LtxHeader.of(pageSize, pages, order.txid(), order.txid(), System.currentTimeMillis(), order.span());
        MessageDigest digest = Digest.sha256();
        int written = 0;
        LtxWriter.Summary summary;
        PageTable.State state;
        try (OutputStream out = open(file, digest);
                PageTableWriter next = new PageTableWriter(table)) {
            LtxWriter writer = new LtxWriter(out, header, order.pagesBefore(), encoding);
            Candidates candidates = new Candidates(order, pages);
            for (int pgno = 1; pgno <= pages; pgno++) {
                written += add(pgno, order, candidates, writer, next) ? 1 : 0;
            }
            summary = writer.finish();
            boolean same = written == 0 && order.before() != null;
            state = next.finish(same ? order.before().state().txid() : order.txid(), pageSize, order.mark());
        }
        SpoolDirectory.sync(file);
        return new Written(header, summary.size(), HexFormat.of().formatHex(digest.digest()), written, state);
    }

    private boolean add(int pgno, Order order, Candidates candidates, LtxWriter writer, PageTableWriter next)
            throws IOException {
        if (pgno == Pages.lockPage(pageSize)) {
            next.add(0);
            return false;
        }
        long before = pgno <= order.pagesBefore() ? order.before().get(pgno) : 0;
        if (!candidates.has(pgno)) {
            next.add(before);
            return false;
        }
        content.read(pgno, page);
        long checksum = Pages.checksum(scratch, pgno, page, 0, pageSize);
        next.add(checksum);
        // A file without pages stands for "no change"; a change of size alone takes page 1 along, so that it is not
        // one.
        boolean differs = checksum != before || (pgno == 1 && pages != order.pagesBefore());
        if (differs) {
            writer.page(pgno, page, 0);
        }
        return differs;
    }

    /** Writes all pages once more as a snapshot that covers everything up to a TXID. */
    Written snapshot(long txid, PageTable.State table, PageEncoding encoding, Path file) throws IOException {
        LtxHeader header = LtxHeader.of(pageSize, pages, 1, txid, System.currentTimeMillis(), WalSpan.NONE);
        MessageDigest digest = Digest.sha256();
        LtxWriter.Summary summary;
        try (OutputStream out = open(file, digest)) {
            LtxWriter writer = new LtxWriter(out, header, 0, encoding);
            for (int pgno = 1; pgno <= pages; pgno++) {
                if (pgno != Pages.lockPage(pageSize)) {
                    content.read(pgno, page);
                    writer.page(pgno, page, 0);
                }
            }
            summary = writer.finish();
        }
        SpoolDirectory.sync(file);
        return new Written(header, summary.size(), HexFormat.of().formatHex(digest.digest()), pages, table);
    }

    private static OutputStream open(Path file, MessageDigest digest) throws IOException {
        return new BufferedOutputStream(new DigestOutputStream(Files.newOutputStream(file), digest), 1 << 16);
    }

    /** Walks through the pages that may differ, in ascending order: those of the log, of a growth, page 1 where the size changes. */
    private static final class Candidates {
        private final WalPages changed;
        private final int pagesBefore;
        private final boolean resized;
        private int at;

        Candidates(Order order, int pages) {
            this.changed = order.before() == null ? null : order.changed();
            this.pagesBefore = order.pagesBefore();
            this.resized = pages != pagesBefore;
        }

        boolean has(int pgno) {
            if (changed == null || pgno > pagesBefore || (pgno == 1 && resized)) {
                return true;
            }
            while (at < changed.size() && changed.pgno(at) < pgno) {
                at++;
            }
            return at < changed.size() && changed.pgno(at) == pgno;
        }
    }
}
