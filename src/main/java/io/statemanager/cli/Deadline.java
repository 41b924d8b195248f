package io.statemanager.cli;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** Closes a connection when its time is over, which ends the blocking read: a channel has no read limit of its own. */
final class Deadline implements Closeable {
    private final Thread thread;
    private volatile boolean passed;

    private Deadline(Duration limit, Closeable connection) {
        thread = new Thread(
                () -> {
                    try {
                        Thread.sleep(limit.toMillis());
                        passed = true;
                        connection.close();
                    } catch (InterruptedException | IOException e) {
                        // The answer came in time, or the connection is gone already.
                        Thread.currentThread().interrupt();
                    }
                },
                "deadline");
        thread.setDaemon(true);
        thread.start();
    }

    static Deadline of(Duration limit, Closeable connection) {
        return new Deadline(limit, connection);
    }

    boolean passed() {
        return passed;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
