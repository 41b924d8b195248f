package io.statemanager.ltx;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Picks the files that make a position out of a replica's listing.
 *
 * <p>For each TXID the highest level that covers it counts: a file that a former owner sent late to level 0 cannot displace what was
 * merged before, because the merged file was made of confirmed files only. Among files of one level the one that reaches furthest wins.
 * A plan begins at TXID 1 and has no gap.
 */
public final class RestorePlanner {
    private RestorePlanner() {}

    /** Files for the newest position. A TXID that no file covers, with files beyond it, is {@link LtxException.Reason#GAP}. */
    public static List<LtxFile> latest(Collection<LtxFile> files) throws LtxException {
        return plan(files, newest(files));
    }

    /** Files for one position; no file of the plan goes beyond it. */
    public static List<LtxFile> upTo(Collection<LtxFile> files, long txid) throws LtxException {
        if (txid < 1) {
            throw new IllegalArgumentException("TXID " + txid);
        }
        return plan(files, txid);
    }

    /** Highest TXID over all levels, 0 for an empty replica. The next file is written at the one after it. */
    public static long newest(Collection<LtxFile> files) {
        return files.stream().mapToLong(LtxFile::maxTxid).max().orElse(0);
    }

    private static List<LtxFile> plan(Collection<LtxFile> files, long target) throws LtxException {
        List<LtxFile> sorted = files.stream()
                .filter(file -> file.maxTxid() <= target)
                .sorted(LtxFile.BY_TXID)
                .toList();
        List<LtxFile> plan = new ArrayList<>();
        LtxFile[] furthest = new LtxFile[LtxFile.SNAPSHOT_LEVEL + 1];
        long reached = 0;
        int at = 0;
        while (reached < target) {
            for (; at < sorted.size() && sorted.get(at).minTxid() <= reached + 1; at++) {
                LtxFile file = sorted.get(at);
                LtxFile before = furthest[file.level()];
                if (before == null || file.maxTxid() >= before.maxTxid()) {
                    furthest[file.level()] = file;
                }
            }
            LtxFile next = highestLevelCovering(furthest, reached + 1);
            if (next == null) {
                throw unreachable(files, reached, target);
            }
            plan.add(next);
            reached = next.maxTxid();
        }
        if (plan.isEmpty()) {
            throw new LtxException(LtxException.Reason.NOT_AVAILABLE, "the replica holds no files");
        }
        return plan;
    }

    /** The file of a level that reaches furthest covers a TXID whenever any file of that level, begun no later, does. */
    private static LtxFile highestLevelCovering(LtxFile[] furthest, long txid) {
        for (int level = furthest.length - 1; level >= 0; level--) {
            if (furthest[level] != null && furthest[level].maxTxid() >= txid) {
                return furthest[level];
            }
        }
        return null;
    }

    private static LtxException unreachable(Collection<LtxFile> files, long reached, long target) {
        long beyond = files.stream()
                .mapToLong(LtxFile::minTxid)
                .filter(min -> min > reached + 1)
                .min()
                .orElse(0);
        return beyond > 0
                ? new LtxException(
                        LtxException.Reason.GAP,
                        "files reach up to TXID " + reached + ", the next one begins at " + beyond + ", wanted "
                                + target)
                : new LtxException(
                        LtxException.Reason.NOT_AVAILABLE,
                        "TXID " + target + " is not there, files reach up to " + reached);
    }
}
