package io.statemanager.ltx;

import java.nio.ByteBuffer;

/**
 * The first 100 bytes of an LTX file.
 *
 * <p>Invariants, as the reference library has them: a legal page size; 1 ≤ minTxid ≤ maxTxid; no flag but {@link #NO_CHECKSUM}; with
 * it no checksum, without it a checksum with bit 63 set unless the file is a snapshot (minTxid 1), which has none before it; an empty
 * database (commit 0) only with checksums.
 *
 * @param commit size of the database in pages after this file
 * @param timestamp milliseconds since the epoch, when the state was captured
 * @param preApplyChecksum rolling checksum of the database before this file, or 0
 */
public record LtxHeader(
        int flags,
        int pageSize,
        int commit,
        long minTxid,
        long maxTxid,
        long timestamp,
        long preApplyChecksum,
        WalSpan wal,
        long nodeId) {
    public static final int SIZE = 100;
    public static final int NO_CHECKSUM = 0x2;
    private static final int MAGIC = 0x4C545831; // LTX1
    private static final int RESERVED_AT = 80;

    public LtxHeader {
        String fault = fault(flags, pageSize, commit, minTxid, maxTxid, preApplyChecksum);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
    }

    /** A header as we write them: without checksums (Litestream refuses others), node id 0. */
    public static LtxHeader of(int pageSize, int commit, long minTxid, long maxTxid, long timestamp, WalSpan wal) {
        return new LtxHeader(NO_CHECKSUM, pageSize, commit, minTxid, maxTxid, timestamp, 0, wal, 0);
    }

    /** Whether this file holds a whole database: every page from 1 to commit except the lock page. */
    public boolean isSnapshot() {
        return minTxid == 1;
    }

    public boolean hasChecksums() {
        return flags == 0;
    }

    public byte[] encode() {
        byte[] bytes = new byte[SIZE];
        ByteBuffer.wrap(bytes)
                .putInt(MAGIC)
                .putInt(flags)
                .putInt(pageSize)
                .putInt(commit)
                .putLong(minTxid)
                .putLong(maxTxid)
                .putLong(timestamp)
                .putLong(preApplyChecksum)
                .putLong(wal.offset())
                .putLong(wal.size())
                .putInt(wal.salt1())
                .putInt(wal.salt2())
                .putLong(nodeId);
        return bytes;
    }

    /** Reads the header at the start of {@code bytes}; what follows it is not looked at. */
    public static LtxHeader decode(byte[] bytes) throws LtxException {
        if (bytes.length < SIZE) {
            throw new LtxException(LtxException.Reason.TRUNCATED, "LTX header ends after " + bytes.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, SIZE);
        if (in.getInt() != MAGIC) {
            throw LtxException.malformed("not an LTX file: wrong magic");
        }
        int flags = in.getInt();
        int pageSize = in.getInt();
        int commit = in.getInt();
        if (commit < 0) {
            throw new LtxException(LtxException.Reason.UNSUPPORTED, "database of 2^31 pages or more");
        }
        long minTxid = in.getLong();
        long maxTxid = in.getLong();
        long timestamp = in.getLong();
        long preApply = in.getLong();
        String fault = fault(flags, pageSize, commit, minTxid, maxTxid, preApply);
        if (fault == null) {
            fault = WalSpan.fault(in.getLong(48), in.getLong(56), in.getInt(64), in.getInt(68));
        }
        for (int i = RESERVED_AT; fault == null && i < SIZE; i++) {
            fault = bytes[i] == 0 ? null : "reserved header bytes are not zero";
        }
        if (fault != null) {
            throw LtxException.malformed("LTX header: " + fault);
        }
        WalSpan wal = new WalSpan(in.getLong(48), in.getLong(56), in.getInt(64), in.getInt(68));
        return new LtxHeader(flags, pageSize, commit, minTxid, maxTxid, timestamp, preApply, wal, in.getLong(72));
    }

    private static String fault(int flags, int pageSize, int commit, long minTxid, long maxTxid, long preApply) {
        if (flags != 0 && flags != NO_CHECKSUM) {
            return "unknown flags 0x" + Integer.toHexString(flags);
        }
        if (!Pages.isValidSize(pageSize)) {
            return "page size " + pageSize;
        }
        if (minTxid < 1 || maxTxid < minTxid) {
            return "TXIDs " + minTxid + " to " + maxTxid;
        }
        if (commit < 0 || (commit == 0 && flags == NO_CHECKSUM)) {
            return "commit " + commit;
        }
        boolean wantsChecksum = flags == 0 && minTxid > 1;
        return wantsChecksum ? preApply < 0 ? null : "no checksum before" : preApply == 0 ? null : "checksum before";
    }
}
