package io.statemanager.wal;

import java.util.List;

/**
 * How far a log was written back and how far its readers see, from the part of the shared-memory index behind the two headers. No
 * checksum covers it, and it changes independently of them.
 *
 * @param backfilled frames up to this one are in the database file
 * @param attempted frames up to this one are perhaps in the database file
 * @param readMarks last frame that the readers of each of the five slots see; the first is always 0, readers of the database file alone.
 *     {@link #UNUSED} marks a free slot. A value may be left over from readers that have gone: who reads is told by the locks alone
 */
public record WalMarks(int backfilled, int attempted, List<Integer> readMarks) {
    public static final int UNUSED = -1;

    public WalMarks {
        readMarks = List.copyOf(readMarks);
    }
}
