package io.statemanager.replication;

import io.statemanager.sqlite.FileRegistry;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;

/**
 * What everything in this room works with while one environment is owned.
 *
 * @param envDir the managed tree, absolute
 * @param spool our own directory for tables and uploads
 * @param generation the lease's
 * @param pool threads for work on several databases, or several ranges, at a time
 * @param fetchers threads for ranges of files that are restored
 */
record Context(
        Path envDir,
        SpoolDirectory spool,
        long generation,
        ReplicaStore store,
        Ownership ownership,
        FileRegistry registry,
        ExecutorService pool,
        ExecutorService fetchers) {

    EnvironmentPaths paths() {
        return new EnvironmentPaths(envDir);
    }

    Claim claims() {
        return new Claim(store, ownership, spool, generation);
    }

    DatabaseRestore restores() {
        return new DatabaseRestore(store, ownership, fetchers);
    }
}
