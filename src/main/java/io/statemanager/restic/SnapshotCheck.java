package io.statemanager.restic;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Proves that a tree can be restored: every directory below it is read, every blob that a file names is in the index and its pack in the store; on request
 * every blob is read and verified too.
 */
public final class SnapshotCheck {

    /**
     * What was found.
     *
     * @param trees and
     * @param dataBlobs distinct blobs looked at
     * @param bytes of files, each counted as often as it is named
     * @param problems one sentence each, at most {@link #MAX_PROBLEMS}; empty where all is well
     */
    public record Report(long trees, long files, long dataBlobs, long bytes, List<String> problems) {
        public boolean ok() {
            return problems.isEmpty();
        }
    }

    public static final int MAX_PROBLEMS = 100;

    public SnapshotCheck(Repository repository, Executor executor) {
        throw new UnsupportedOperationException();
    }

    /** Problems become lines of the report; only a failing store is an exception. */
    public Report check(Id tree, boolean readData) throws IOException {
        throw new UnsupportedOperationException();
    }
}
