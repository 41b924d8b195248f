package io.statemanager.storage.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Mutual exclusion of everybody who changes one directory: a mutex between the threads of this JVM, and a lock of the file system (fcntl)
 * between processes. One for each directory and JVM, since such a lock belongs to the process.
 *
 * <p>The lock file is never closed: closing any descriptor of it would give up the process's lock. It is asked for again and again
 * instead of waited for, since a thread that waits inside the kernel could not be called back. A process that is killed lets go by that;
 * one that is stopped while it holds the lock keeps everybody out, and their calls end at their deadlines.
 */
final class DirectoryLock {
    private static final long FIRST_PAUSE = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    private final ReentrantLock threads = new ReentrantLock(true);
    private final FileChannel file;

    DirectoryLock(Path path) throws IOException {
        this.file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** What is done while nobody else changes anything. */
    interface Section<T> {
        T run() throws IOException;
    }

    /**
     * @param deadline on the clock of {@link System#nanoTime}
     * @throws TimeoutException where the lock was not free until then; nothing was done
     */
    <T> T exclusively(long deadline, Section<T> section) throws IOException, TimeoutException {
        try {
            if (!threads.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new TimeoutException("other writes of this process");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        }
        try {
            FileLock held = acquire(deadline);
            try {
                return section.run();
            } finally {
                held.release();
            }
        } finally {
            threads.unlock();
        }
    }

    private FileLock acquire(long deadline) throws IOException, TimeoutException {
        long pause = FIRST_PAUSE;
        for (FileLock lock = file.tryLock(); ; lock = file.tryLock()) {
            if (lock != null) {
                return lock;
            }
            if (deadline - System.nanoTime() <= 0) {
                throw new TimeoutException("another process, which holds the directory's lock");
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE);
        }
    }
}
