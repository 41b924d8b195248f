package io.statemanager.storage.local;

import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.storage.WriteGate;

/** One call of the store's user: what it is about, its permission, and its time. Safe for any thread. */
final class LocalCall {
    private final String operation;
    private final String key;
    private final WriteGate.Ticket ticket;
    private final CallPolicy policy;
    private volatile long deadline;

    /** @param bytes that it carries, as far as that is known already */
    LocalCall(String operation, String key, WriteGate.Ticket ticket, CallPolicy policy, long bytes) {
        this.operation = operation;
        this.key = key;
        this.ticket = ticket;
        this.policy = policy;
        this.deadline = System.nanoTime() + policy.totalFor(bytes).toNanos();
    }

    String operation() {
        return operation;
    }

    String key() {
        return key;
    }

    WriteGate.Ticket ticket() {
        return ticket;
    }

    CallPolicy policy() {
        return policy;
    }

    /** On the clock of {@link System#nanoTime}. */
    long deadline() {
        return deadline;
    }

    /** Adds the time that so many bytes may take, when that becomes known. */
    void willTransfer(long bytes) {
        deadline = System.nanoTime() + policy.totalFor(bytes).toNanos();
    }

    /** Asked between the blocks of a long transfer. */
    void checkTime() {
        if (deadline - System.nanoTime() <= 0) {
            throw late();
        }
    }

    StoreException late() {
        return new StoreException(StoreError.TIMEOUT, operation, key, "the disk did not answer in time");
    }
}
