package io.statemanager.replication;

import io.statemanager.bus.DatabasePosition;
import io.statemanager.ltx.LtxException;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.LtxHeader;
import java.util.List;

/**
 * Whether a restore fits into memory, asked before it takes any. What a file claims is believed only as far as files of their size can
 * hold so much. Pure.
 */
final class RestoreMemory {
    /** A frame's header and length, and three numbers of one byte in the index. */
    private static final int LEAST_PAGE = 6 + 4 + 3;

    /** LZ4 makes at most this much of a byte. */
    private static final int LZ4_RATIO = 255;

    /** Shortest and longest entry of a page index, and what an entry takes in memory. */
    private static final int LEAST_ENTRY = 3;

    private static final int LONGEST_ENTRY = 5 + 9 + 5;
    private static final int ENTRY = 12;

    private RestoreMemory() {}

    /** Errors: {@code memory_too_small}; {@link LtxException} where the chain cannot hold what its last file claims. */
    static void require(String key, LtxHeader last, List<LtxFile> chain) throws LtxException {
        long bytes = chain.stream().mapToLong(LtxFile::size).sum();
        long most = bytes / (LEAST_PAGE + last.pageSize() / LZ4_RATIO) + 1;
        if (last.commit() > most) {
            throw damaged("a database of " + last.commit() + " pages is claimed by files of " + bytes
                    + " bytes, which hold " + most + " at most");
        }
        DatabasePosition.requireMemory(key, DatabasePosition.memoryToRestore(last.commit()));
    }

    /** The same for one file's page index. */
    static void requireIndex(String key, LtxFile file, LtxHeader header, int stored) throws LtxException {
        if (stored > (long) LONGEST_ENTRY * header.commit() + 1 + Long.BYTES) {
            throw damaged(file.name() + ": page index of " + stored + " bytes for " + header.commit() + " pages");
        }
        DatabasePosition.requireMemory(key, stored + (long) ENTRY * Math.min(header.commit(), stored / LEAST_ENTRY));
    }

    private static LtxException damaged(String claim) {
        return new LtxException(LtxException.Reason.MALFORMED, claim);
    }
}
