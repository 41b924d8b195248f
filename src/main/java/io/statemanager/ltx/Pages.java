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

    /** Checksum of one page, with bit 63 set. The state of a database is bit 63 and the xor over its pages: see {@link #combine}. */
    public static long checksum(Crc64 scratch, int pgno, byte[] page, int offset, int pageSize) {
        scratch.reset();
        return CHECKSUM_FLAG
                | scratch.updateInt(pgno).update(page, offset, pageSize).value();
    }

    /** Adds a page to a database's checksum, or takes it out again. Start with {@link #emptyChecksum}. */
    public static long combine(long databaseChecksum, long pageChecksum) {
        return CHECKSUM_FLAG | (databaseChecksum ^ pageChecksum);
    }

    public static long emptyChecksum() {
        return CHECKSUM_FLAG;
    }
}
