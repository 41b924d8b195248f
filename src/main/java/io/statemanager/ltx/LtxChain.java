package io.statemanager.ltx;

import java.io.IOException;
import java.io.InputStream;

/**
 * Applies files one after the other, the oldest first, as a restore does.
 *
 * <p>Each file must follow the one before: it begins no later than the next TXID and reaches beyond (so files may overlap), and where the
 * database grows, every page of the growth is there. A file with another page size holds all pages. The first file begins at TXID 1. What
 * the target holds counts only after {@link #apply} of the last file has returned. Confined to one thread.
 */
public final class LtxChain {
    private final PageTarget target;
    private byte[] page = new byte[0];
    private LtxHeader last;

    public LtxChain(PageTarget target) {
        this.target = target;
    }

    /** Position that has been reached, 0 before the first file. */
    public long txid() {
        return last == null ? 0 : last.maxTxid();
    }

    /** Header of the file that was applied last, or null. */
    public LtxHeader last() {
        return last;
    }

    /** Reads one file to its end, checks it and applies it. */
    public void apply(InputStream in) throws IOException {
        LtxReader reader = new LtxReader(in);
        LtxHeader header = reader.header();
        checkFollows(header);
        int pageSize = header.pageSize();
        boolean samePages = last != null && last.pageSize() == pageSize;
        int before = samePages ? last.commit() : 0;
        if (!samePages) {
            target.resize(0, pageSize);
        }
        page = page.length < pageSize ? new byte[pageSize] : page;
        int grown = 0;
        for (int pgno = reader.next(page); pgno != 0; pgno = reader.next(page)) {
            grown += pgno > before ? 1 : 0;
            target.write(pgno, page, pageSize);
        }
        if (grown != Pages.countWithoutLockPage(before, header.commit(), pageSize)) {
            throw new LtxException(
                    LtxException.Reason.PAGES_MISSING,
                    "TXID " + header.maxTxid() + " grows the database from " + before + " to " + header.commit()
                            + " pages and lacks some of them");
        }
        target.resize(header.commit(), pageSize);
        last = header;
    }

    private void checkFollows(LtxHeader header) throws LtxException {
        if (header.minTxid() > txid() + 1 || header.maxTxid() <= txid()) {
            throw new LtxException(
                    LtxException.Reason.NOT_CONTIGUOUS,
                    "TXIDs " + header.minTxid() + " to " + header.maxTxid() + " cannot follow TXID " + txid());
        }
    }
}
