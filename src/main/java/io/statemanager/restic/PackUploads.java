package io.statemanager.restic;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;

/** Packs on their way to the store: a bounded number at once, their buffers used again, the first failure kept. Safe for use by many threads. */
final class PackUploads {

    private static final int SMALL = 256 * 1024;

    private final Backend backend;
    private final Executor executor;
    private final IndexWriter index;
    private final int max;
    private final int keepFrom;
    private final List<Id> packs = new ArrayList<>();
    private final Deque<byte[]> buffers = new ArrayDeque<>();
    private long bytes;
    private int running;
    private Throwable failure;

    /**
     * @param max how many at once
     * @param keepFrom buffers of at least so many bytes are worth keeping
     */
    PackUploads(Backend backend, Executor executor, IndexWriter index, int max, int keepFrom) {
        this.backend = backend;
        this.executor = executor;
        this.index = index;
        this.max = max;
        this.keepFrom = keepFrom;
    }

    /** A buffer for another pack; without any from before a small one, since a checkpoint of little is a small pack. */
    synchronized byte[] buffer() {
        byte[] buffer = buffers.pollFirst();
        return buffer == null ? new byte[SMALL] : buffer;
    }

    /** Waits for the right to upload one more; {@link #start} or {@link #fail} must follow. */
    synchronized void reserve() throws IOException {
        awaitFewerThan(max);
        rethrow();
        running++;
    }

    /** Uploads in the background. */
    void start(PackBuilder.Finished pack) throws IOException {
        try {
            executor.execute(() -> upload(pack));
        } catch (RuntimeException e) {
            fail(e);
            rethrow();
        }
    }

    private void upload(PackBuilder.Finished pack) {
        try {
            backend.save(FileType.PACK, pack.id().toString(), ByteBuffer.wrap(pack.buffer(), 0, pack.length()));
            index.add(pack.blobs());
            done(pack);
        } catch (Throwable e) { // It is rethrown to whoever uses the writer next.
            fail(e);
        }
    }

    private synchronized void done(PackBuilder.Finished pack) {
        packs.add(pack.id());
        bytes += pack.length();
        // Of a pack that failed it is not: the store may still be reading it.
        if (pack.buffer().length >= keepFrom && pack.buffer().length <= WriterOptions.MAX_PACK) {
            buffers.addFirst(pack.buffer());
        }
        running--;
        notifyAll();
    }

    /** Ends a reserved upload as failed. */
    synchronized void fail(Throwable e) {
        running--;
        breakOff(e);
    }

    /** Makes every later call fail. */
    synchronized void breakOff(Throwable e) {
        if (failure == null) {
            failure = e;
        }
        notifyAll();
    }

    /** Waits until all uploads are durable. */
    synchronized void awaitAll() throws IOException {
        awaitFewerThan(1);
        rethrow();
    }

    /** Waits until no upload is running, however they end. Not to be interrupted: they read buffers and call the backend. */
    synchronized void awaitQuiet() {
        boolean interrupted = false;
        while (running > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        buffers.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void rethrow() throws IOException {
        if (failure instanceof RepositoryException e) {
            throw e;
        }
        if (failure != null) {
            throw new IOException("the writer of the repository is broken: " + failure.getMessage(), failure);
        }
    }

    synchronized List<Id> packs() {
        return List.copyOf(packs);
    }

    synchronized long bytes() {
        return bytes;
    }

    private void awaitFewerThan(int limit) throws InterruptedIOException {
        try {
            while (running >= limit && failure == null) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while packs were on their way");
        }
    }
}
