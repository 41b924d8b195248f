package io.statemanager.storage;

import io.vertx.core.Future;
import java.time.Instant;

/** What every write passes, each of its attempts anew. Safe for any thread; never blocks. */
public interface WriteGate {

    /** A gate for what no lease guards. */
    WriteGate ALWAYS_OPEN = (operation, key) -> Ticket.FREE;

    /**
     * Lets a write begin.
     *
     * @throws StoreException {@link StoreError#GATE_CLOSED} where none may
     */
    Ticket enter(String operation, String key);

    /** One write's permission, with all its attempts. */
    interface Ticket {
        Ticket FREE = new Ticket() {
            @Override
            public void check() {}

            @Override
            public Runnable onClose(Runnable stop) {
                return () -> {};
            }

            @Override
            public Future<Void> confirm(Instant answered) {
                return Future.succeededFuture();
            }
        };

        /**
         * Asked right before each request or local change leaves.
         *
         * @throws StoreException {@link StoreError#GATE_CLOSED} where the permission has ended, also where the gate was opened again
         *     meanwhile for another owner than the one that the write began under
         */
        void check();

        /**
         * Has {@code stop} called, on any thread, when the gate closes while a request is on its way.
         *
         * @param stop an object of its own for each registration
         * @return takes the registration back
         */
        Runnable onClose(Runnable stop);

        /**
         * Succeeds once we were the owner beyond doubt when the store answered (design, section 9.3).
         *
         * @param answered the {@code date} of the answer
         */
        Future<Void> confirm(Instant answered);
    }
}
