package io.statemanager.cli;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Closes a connection when its time is over, which ends the blocking read: a channel has no read limit of its own. */
final class Deadline implements Closeable {
    private final CountDownLatch answered = new CountDownLatch(1);
    private final Duration limit;
    private final Closeable connection;
    private volatile boolean passed;

    private Deadline(Duration limit, Closeable connection) {
        this.limit = limit;
        this.connection = connection;
    }

    static Deadline of(Duration limit, Closeable connection) {
        Deadline deadline = new Deadline(limit, connection);
        Thread thread = new Thread(deadline::watch, "deadline");
        thread.setDaemon(true);
        thread.start();
        return deadline;
    }

    private void watch() {
        try {
            if (!answered.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                passed = true;
                connection.close();
            }
        } catch (InterruptedException | IOException e) {
            // The process ends, or the connection is gone already.
            Thread.currentThread().interrupt();
        }
    }

    boolean passed() {
        return passed;
    }

    @Override
    public void close() {
        answered.countDown();
    }
}
