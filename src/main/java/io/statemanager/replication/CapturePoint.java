package io.statemanager.replication;

import io.statemanager.sqlite.Hold;
import io.statemanager.sqlite.SqliteHeader;
import io.statemanager.wal.WalIndex;
import io.statemanager.wal.WalPosition;
import java.io.IOException;
import java.util.Optional;

/**
 * The instant of a capture: which frames of the log are committed and how large the database is. Taken by reading alone, without SQLite,
 * so also while the application is frozen with a lock in its hands.
 *
 * <p>With a read mark held from before, the content of this instant can be read for as long as the mark stays:
 *
 * <ul>
 *   <li>The mark is at a frame of the log: nobody restarts the log, and nobody writes later frames to the database file.
 *   <li>The log was written back completely when the mark was taken: then it is at "no frame", and nobody writes to the database file at
 *       all. A writer may restart the log once, but not a second time, since that would need writing back.
 * </ul>
 *
 * So where the index says that all of the log is written back, the database file alone is the content and the log is not looked at; else
 * the log is there to stay, and pages that it does not hold do not change in the file.
 *
 * @param writtenBack whether the database file alone holds the content
 * @param mark the last committed frame
 */
record CapturePoint(int pageSize, int pages, boolean writtenBack, WalPosition mark) {

    /** Reads the instant; empty where the index is in no state to tell it. */
    static Optional<CapturePoint> read(Hold hold) throws IOException {
        Optional<WalIndex> found = WalIndex.read(hold.index());
        Optional<SqliteHeader> header = SqliteHeader.read(hold.file());
        if (found.isEmpty() || header.isEmpty()) {
            return Optional.empty();
        }
        WalIndex index = found.get();
        boolean hasLog = index.mxFrame() > 0;
        int pageSize = hasLog ? index.pageSize() : header.get().pageSize();
        long pages = hasLog ? index.pages() : (hold.file().size() + pageSize - 1) / pageSize;
        if (pages < 1 || pages > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        return Optional.of(new CapturePoint(pageSize, (int) pages, index.isBackfilled(), index.position()));
    }
}
