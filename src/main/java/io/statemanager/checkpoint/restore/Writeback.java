package io.statemanager.checkpoint.restore;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

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
    /** Held by the one that syncs, so that one does at a time. */
    private final Semaphore turn = new Semaphore(1);

    private volatile boolean over;
    /** Of the first sync that failed; written by the one that has the turn. */
    private volatile IOException failure;

    Writeback(Sync sync, Executor executor) {
        this.sync = sync;
        this.executor = executor;
    }

    /** Begins to write what there is by now, unless that is going on already. */
    void begin() {
        if (over || turn.availablePermits() == 0) {
            return;
        }
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException full) {
            // The sync at the end does it all.
        }
    }

    private void run() {
        if (!turn.tryAcquire()) {
            return;
        }
        try {
            if (!over) {
                sync.run();
            }
        } catch (IOException e) {
            fail(e);
        } catch (Throwable e) { // Whatever it is, it goes to the one that restores.
            fail(new IOException("what was restored cannot be written to the disk", e));
        } finally {
            turn.release();
        }
    }

    /** The kernel tells of a page that it could not write only once. */
    private void fail(IOException e) {
        failure = failure == null ? e : failure;
    }

    /** Returns when everything is on the disk. Errors: anything that could not be written, also while files were still being made. */
    void finish() throws IOException {
        close();
        sync.run();
        if (failure != null) {
            throw failure;
        }
    }

    /** Waits for what is going on; afterwards nothing is synced any more. */
    @Override
    public void close() {
        over = true;
        turn.acquireUninterruptibly();
        turn.release();
    }
}
