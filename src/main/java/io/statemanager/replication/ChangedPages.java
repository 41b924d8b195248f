package io.statemanager.replication;

import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.LtxHeader;
import io.statemanager.ltx.PageIndex;
import java.io.IOException;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The pages in which two positions of a replica may differ: those in files that lead from one to the other, by their indexes. A few more
 * do no harm, and whether all of them are there the hash of the whole tells afterwards.
 */
final class ChangedPages {
    private ChangedPages() {}

    /** Empty where no files but those that begin at TXID 1 lead there: then it may be any page. */
    static Optional<BitSet> between(long from, long to, List<LtxFile> files, IndexFetch source) throws IOException {
        BitSet changed = new BitSet();
        long reached = Math.min(from, to);
        long end = Math.max(from, to);
        while (reached < end) {
            long next = reached + 1;
            Optional<LtxFile> file = files.stream()
                    .filter(f -> f.minTxid() > 1 && f.covers(next))
                    .max(Comparator.comparingLong(LtxFile::maxTxid).thenComparingLong(LtxFile::minTxid));
            if (file.isEmpty()) {
                return Optional.empty();
            }
            add(file.get(), source, changed);
            reached = file.get().maxTxid();
        }
        return Optional.of(changed);
    }

    private static void add(LtxFile file, IndexFetch source, BitSet changed) throws IOException {
        LtxHeader header = LtxHeader.decode(source.read(file, 0, LtxHeader.SIZE));
        PageIndex index = source.fetch(file, header);
        for (int i = 0; i < index.size(); i++) {
            changed.set(index.pgno(i));
        }
    }
}
