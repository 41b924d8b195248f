package io.statemanager.ltx;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file of a replica as a listing shows it. Level 0 holds what was captured, 1 to 8 merged files, 9 snapshots.
 *
 * <p>Keys: {@code <level, 4 hex>/<min>-<max>.ltx} in a bucket, {@code ltx/<level, decimal>/<min>-<max>.ltx} in a directory, TXIDs as 16
 * lower-case hex digits each. Whatever does not look so is not a file of the replica, and readers skip it.
 */
public record LtxFile(int level, long minTxid, long maxTxid, long size) {
    public static final int SNAPSHOT_LEVEL = 9;
    /** In the order of TXIDs, lower levels first. */
    public static final Comparator<LtxFile> BY_TXID = Comparator.comparingLong(LtxFile::minTxid)
            .thenComparingLong(LtxFile::maxTxid)
            .thenComparingInt(LtxFile::level);

    private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{16})\\.ltx");
    private static final Pattern BUCKET_LEVEL = Pattern.compile("(000[0-9])/(.*)");
    private static final Pattern DIRECTORY_LEVEL = Pattern.compile("ltx/([0-9])/(.*)");

    public LtxFile {
        if (level < 0 || level > SNAPSHOT_LEVEL || minTxid < 1 || maxTxid < minTxid || size < 0) {
            throw new IllegalArgumentException(
                    "no LTX file: level " + level + ", TXIDs " + minTxid + " to " + maxTxid + ", " + size + " bytes");
        }
    }

    public boolean covers(long txid) {
        return minTxid <= txid && txid <= maxTxid;
    }

    public String name() {
        return name(minTxid, maxTxid);
    }

    public static String name(long minTxid, long maxTxid) {
        return String.format(Locale.ROOT, "%016x-%016x.ltx", minTxid, maxTxid);
    }

    /** Key below the replica in a bucket, such as {@code 0000/0000000000000001-0000000000000001.ltx}. */
    public String bucketKey() {
        return String.format(Locale.ROOT, "%04x/%s", level, name());
    }

    /** Path below the replica in a directory, such as {@code ltx/0/0000000000000001-0000000000000001.ltx}. */
    public String directoryKey() {
        return "ltx/" + level + "/" + name();
    }

    /** The file that a key of either layout names, or nothing where it is something else. */
    public static Optional<LtxFile> parse(String key, long size) {
        Matcher level = BUCKET_LEVEL.matcher(key);
        if (!level.matches()) {
            level = DIRECTORY_LEVEL.matcher(key);
        }
        if (!level.matches() || size < 0) {
            return Optional.empty();
        }
        Matcher name = NAME.matcher(level.group(2));
        if (!name.matches()) {
            return Optional.empty();
        }
        long min = Long.parseUnsignedLong(name.group(1), 16);
        long max = Long.parseUnsignedLong(name.group(2), 16);
        return min < 1 || max < min
                ? Optional.empty()
                : Optional.of(new LtxFile(Integer.parseInt(level.group(1)), min, max, size));
    }
}
