package io.statemanager.supervision;

import io.statemanager.runtime.RunOptions.LogFormat;
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
 * @param logFormat how lines appear on those two
 */
record Setup(
        Path dataDir,
        OutputStream stdout,
        OutputStream stderr,
        long logLimit,
        boolean useCgroup,
        Ticker ticker,
        LogFormat logFormat) {
    private static final long DEFAULT_LOG_LIMIT = 8L * 1024 * 1024;

    Setup(Path dataDir, OutputStream stdout, OutputStream stderr, long logLimit, boolean useCgroup, Ticker ticker) {
        this(dataDir, stdout, stderr, logLimit, useCgroup, ticker, LogFormat.TEXT);
    }

    /** The manager's own outputs, 8 MiB for each log file. */
    public static Setup of(Path dataDir) {
        return of(dataDir, LogFormat.TEXT);
    }

    /** The same with a form of the lines. */
    static Setup of(Path dataDir, LogFormat logFormat) {
        return new Setup(dataDir, System.out, System.err, DEFAULT_LOG_LIMIT, true, Ticker.system(), logFormat);
    }
}
