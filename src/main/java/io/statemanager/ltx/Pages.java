package io.statemanager.ltx;

/** What SQLite and LTX say about pages: legal sizes, the lock page, and the checksum of one page. Page numbers start at 1. */
public final class Pages {
    public static final int MIN_SIZE = 512;
    public static final int MAX_SIZE = 65536;

    private static final long CHECKSUM_FLAG = 1L << 63;
    private static final int LOCK_BYTE = 0x40000000;

    private Pages() {}

    public static boolean isValidSize(int pageSize) {
        return pageSize >= MIN_SIZE && pageSize <= MAX_SIZE && Integer.bitCount(pageSize) == 1;
    }

    /** The page that holds SQLite's lock bytes at 1 GiB: never stored in a file, zeros in a database made from one. */
    public static int lockPage(int pageSize) {
        return LOCK_BYTE / pageSize + 1;
    }

    /** How many pages of (from, to] a file can hold: all but the lock page. */
    public static int countWithoutLockPage(int from, int to, int pageSize) {
        int lock = lockPage(pageSize);
        return Math.max(0, to - from) - (lock > from && lock <= to ? 1 : 0);
    }

    /** Checksum of one page, with bit 63 set. */
    public static long checksum(Crc64 scratch, int pgno, byte[] page, int offset, int pageSize) {
        scratch.reset();
        return CHECKSUM_FLAG
                | scratch.updateInt(pgno).update(page, offset, pageSize).value();
    }

    /**
     * Adds a page to a database's checksum as LTX has it, or takes it out again. Start with {@link #emptyChecksum}.
     *
     * <p>It finds rotten bits, but it is no proof that two databases are the same: CRC and xor are linear, so where a transaction changes
     * the same bits of two pages (5 to 7 and 9 to 11 in two rows of the same shape), or two pages change places, nothing is left of it.
     * For such a proof there is {@link #combineMixed}.
     */
    static long combine(long databaseChecksum, long pageChecksum) {
        return CHECKSUM_FLAG | (databaseChecksum ^ pageChecksum);
    }

    /**
     * Adds a page's checksum to the hash of a whole database, or takes it out again; in any order. Start with {@link #emptyChecksum}.
     * The checksum is mixed first (the finalizer of MurmurHash3), so that changes of several pages cannot cancel each other out.
     */
    public static long combineMixed(long databaseHash, long pageChecksum) {
        long mixed = (pageChecksum ^ pageChecksum >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return CHECKSUM_FLAG | (databaseHash ^ mixed ^ mixed >>> 33);
    }

    public static long emptyChecksum() {
        return CHECKSUM_FLAG;
    }
}
