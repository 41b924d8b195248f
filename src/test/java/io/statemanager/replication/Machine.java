package io.statemanager.replication;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.FailureCode;
import io.statemanager.sqlite.FileRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A machine of a test: a data directory, an environment directory, and the replication of one generation on it. */
final class Machine implements AutoCloseable {
    final Path env;
    final Path data;
    private final ReplicaStore store;
    private final ExecutorService pool = Executors.newFixedThreadPool(4);
    private final ExecutorService fetchers = Executors.newFixedThreadPool(4);
    private volatile boolean deposed;
    Replication replication;

    Machine(Path directory, ReplicaStore store) throws IOException {
        this.env = Files.createDirectories(directory.resolve("env"));
        this.data = Files.createDirectories(directory.resolve("data"));
        this.store = store;
    }

    /** Begins a generation: a claim, with nothing attached. */
    Replication take(long generation) throws IOException {
        replication = new Replication(new Context(
                env, SpoolDirectory.in(data), generation, store, this::confirm, FileRegistry.shared(), pool, fetchers));
        replication.claim();
        return replication;
    }

    /** The lease shows another owner from now on. */
    void depose() {
        deposed = true;
    }

    private void confirm() {
        if (deposed) {
            throw CommandException.of(FailureCode.LEASE_LOST, "the lease is not ours any more");
        }
    }

    /** All four steps of a checkpoint, with nothing frozen. */
    DatabaseCommands.Captured checkpoint() throws IOException {
        replication.mark();
        try {
            replication.position();
            return replication.capture();
        } finally {
            replication.release();
        }
    }

    Path database(String path) throws IOException {
        Path file = env.resolve(path);
        Files.createDirectories(file.getParent());
        return file;
    }

    @Override
    public void close() throws IOException {
        if (replication != null) {
            replication.close();
        }
        pool.shutdown();
        fetchers.shutdown();
    }
}
