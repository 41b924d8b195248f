package io.statemanager.supervision;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One of the manager's own outputs, as all processes write to it: whole lines, through a queue of at most {@value #QUEUE} bytes and one
 * thread. A reader that is slow slows the processes down. One that reads nothing at all for {@link #PATIENCE} costs lines, which are counted
 * and named once it reads again: a stuck log collector never stops an application.
 *
 * <p>Safe for any thread.
 */
final class Console implements AutoCloseable {
    static final int QUEUE = 256 * 1024;

    private static final int CHUNK = 8192;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final OutputStream out;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] queue = new byte[QUEUE];
    private byte[] spare = new byte[QUEUE];
    private int queued;
    private boolean writing;
    private long progressNanos;
    private boolean closed;
    private long dropped;

    Console(OutputStream out, String name) {
        this.out = out;
        thread = new Thread(this::run, "console-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Adds a line of a process: its prefix, its bytes and a line end, together or not at all. */
    void line(byte[] prefix, byte[] text) {
        int length = prefix.length + text.length + 1;
        lock.lock();
        try {
            if (closed || (queued + length > QUEUE && !awaitRoom(length))) {
                dropped++;
                return;
            }
            append(prefix);
            append(text);
            queue[queued++] = '\n';
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is queued, for a short time, and ends. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            long left = FAREWELL.toNanos();
            while ((queued > 0 || writing) && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void append(byte[] bytes) {
        System.arraycopy(bytes, 0, queue, queued, bytes.length);
        queued += bytes.length;
    }

    private boolean awaitRoom(int length) {
        try {
            long left = 1;
            while (queued + length > QUEUE && !closed && left > 0) {
                // Counted from the reader's last sign of life, not from our arrival.
                left = changed.awaitNanos(progressNanos + PATIENCE.toNanos() - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return queued + length <= QUEUE && !closed;
    }

    private void run() {
        try {
            for (int length = take(); length > 0; length = take()) {
                for (int from = 0; from < length; from += CHUNK) {
                    out.write(spare, from, Math.min(CHUNK, length - from));
                    out.flush();
                    progress(from + CHUNK >= length);
                }
            }
        } catch (IOException e) {
            endWithoutReader();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Swaps the queue for the empty one; 0 at the end. */
    private int take() throws InterruptedException {
        lock.lock();
        try {
            while (queued == 0 && !closed) {
                changed.await();
            }
            byte[] full = queue;
            queue = spare;
            spare = full;
            int length = queued;
            queued = 0;
            writing = length > 0;
            progressNanos = System.nanoTime();
            changed.signalAll();
            return length;
        } finally {
            lock.unlock();
        }
    }

    private void progress(boolean whole) {
        lock.lock();
        try {
            progressNanos = System.nanoTime();
            writing = !whole;
            byte[] notice = notice();
            if (dropped > 0 && queued + notice.length <= QUEUE) {
                append(notice);
                dropped = 0;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private byte[] notice() {
        return ("state-manager | " + dropped + (dropped == 1 ? " line was" : " lines were")
                        + " left out: this output was not being read\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void endWithoutReader() {
        lock.lock();
        try {
            closed = true;
            queued = 0;
            writing = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
