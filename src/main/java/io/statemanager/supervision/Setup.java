package io.statemanager.supervision;

import io.statemanager.runtime.Ticker;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * What a supervisor stands on.
 *
 * @param dataDir for {@code processes.json} and {@code logs/}; exists, and is locked by this process
 * @param stdout where the processes' standard output goes line by line
 * @param stderr the same for standard error
 * @param logLimit how large one log file may be, in bytes; two are kept for each process
 * @param useCgroup whether control groups are used where they are writable
 */
record Setup(Path dataDir, OutputStream stdout, OutputStream stderr, long logLimit, boolean useCgroup, Ticker ticker) {
    private static final long DEFAULT_LOG_LIMIT = 8L * 1024 * 1024;

    /** The manager's own outputs, 8 MiB for each log file. */
    public static Setup of(Path dataDir) {
        return new Setup(dataDir, System.out, System.err, DEFAULT_LOG_LIMIT, true, Ticker.system());
    }
}
