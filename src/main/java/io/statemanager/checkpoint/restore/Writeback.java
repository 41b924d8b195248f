package io.statemanager.checkpoint.restore;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Sends what was restored to the disk while the next files are being made, so that the sync at the end finds little left to do. Thread: {@link #begin} and
 * {@link #finish} belong to the one that restores.
 */
final class Writeback implements AutoCloseable {
    /** Returns when everything that was written before is on the disk. */
    @FunctionalInterface
    interface Sync {
        void run() throws IOException;
    }

    private final Sync sync;
    private final Executor executor;
    private boolean over;
    private boolean running;
    private IOException failure;

    Writeback(Sync sync, Executor executor) {
        this.sync = sync;
        this.executor = executor;
    }

    /** Begins to write what there is by now, unless that is going on already. */
    void begin() {
        synchronized (this) {
            if (running || over) {
                return;
            }
        }
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException full) {
            // The sync at the end does it all.
        }
    }

    private void run() {
        synchronized (this) {
            if (running || over) {
                return;
            }
            running = true;
        }
        IOException failed = null;
        try {
            sync.run();
        } catch (IOException e) {
            failed = e;
        } catch (Throwable e) { // Whatever it is, nobody may wait for ever.
            failed = new IOException("what was restored cannot be written to the disk", e);
        }
        synchronized (this) {
            // The kernel tells of a page that it could not write only once.
            failure = failure == null ? failed : failure;
            running = false;
            notifyAll();
        }
    }

    /** Returns when everything is on the disk. Errors: anything that could not be written, also while files were still being made. */
    void finish() throws IOException {
        close();
        sync.run();
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
        }
    }

    /** Waits for what is going on; afterwards nothing is synced any more. */
    @Override
    public synchronized void close() {
        over = true;
        boolean interrupted = false;
        while (running) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
