package io.statemanager.restic;

import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does a job for each of many things, some at a time. The calling thread works too, so it goes on, slower, where the executor has no thread to spare.
 */
final class Parallel {

    @FunctionalInterface
    interface Job<T> {
        void run(T item) throws IOException;
    }

    private Parallel() {}

    /**
     * Returns when all is done.
     *
     * @param limit how many at once
     * @throws IOException the first failure; then what has not begun is left
     */
    static <T> void forEach(Executor executor, int limit, Iterator<T> items, Job<T> job) throws IOException {
        Run<T> run = new Run<>(items, job);
        for (int i = 1; i < limit && run.hasMore(); i++) {
            try {
                executor.execute(run::help);
            } catch (RejectedExecutionException e) {
                break;
            }
        }
        run.work();
        run.awaitHelpers();
        run.rethrow();
    }

    /** The state that the threads share. */
    private static final class Run<T> {
        private final Iterator<T> items;
        private final Job<T> job;
        private final AtomicInteger helpers = new AtomicInteger();
        private Throwable failure;
        private boolean over;

        Run(Iterator<T> items, Job<T> job) {
            this.items = items;
            this.job = job;
        }

        /** On one of the executor's threads; it may come when all is over. */
        void help() {
            synchronized (this) {
                if (over) {
                    return;
                }
                helpers.incrementAndGet();
            }
            try {
                work();
            } finally {
                synchronized (this) {
                    helpers.decrementAndGet();
                    notifyAll();
                }
            }
        }

        void work() {
            for (T item = take(); item != null; item = take()) {
                try {
                    job.run(item);
                } catch (Throwable e) { // Whatever it is, it goes to the caller.
                    fail(e);
                }
            }
        }

        /** The iterator is one thread's at a time, whatever is asked of it: there are some whose hasNext already takes the next item. */
        synchronized boolean hasMore() {
            return failure == null && items.hasNext();
        }

        private synchronized T take() {
            return hasMore() ? items.next() : null;
        }

        private synchronized void fail(Throwable e) {
            if (failure == null) {
                failure = e;
            }
        }

        /** Not to be interrupted: the helpers use what the caller would free. Each ends with its job, and jobs by the store's deadlines. */
        synchronized void awaitHelpers() {
            over = true;
            boolean interrupted = false;
            while (helpers.get() > 0) {
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

        synchronized void rethrow() throws IOException {
            if (failure instanceof IOException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
        }
    }
}
