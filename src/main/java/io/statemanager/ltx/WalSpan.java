package io.statemanager.ltx;

/**
 * Which bytes of a write-ahead log an LTX file stands for: the offset of its first frame, their length, and the log's two salts.
 * Salts or a size need an offset; an offset below the log's header of 32 bytes is only legal as 0, "no log".
 */
public record WalSpan(long offset, long size, int salt1, int salt2) {
    /** Of no log: snapshots, merged files. */
    public static final WalSpan NONE = new WalSpan(0, 0, 0, 0);

    /**
     * Of files that come from no log but that Litestream may find as a replica's newest: with offset 0 its {@code replicate} fails
     * for ever on "prev WAL offset is less than the header size" (v0.5.18), with 32 it goes on.
     */
    public static final WalSpan START = new WalSpan(32, 0, 0, 0);

    public WalSpan {
        String fault = fault(offset, size, salt1, salt2);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
    }

    /** Offset behind the last byte. */
    public long end() {
        return offset + size;
    }

    static String fault(long offset, long size, int salt1, int salt2) {
        if (offset < 0 || size < 0 || offset + size < 0) {
            return "WAL offset or size out of range";
        }
        if (offset == 0 && (size != 0 || salt1 != 0 || salt2 != 0)) {
            return "WAL size or salts without a WAL offset";
        }
        return null;
    }
}
