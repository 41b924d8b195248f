package io.statemanager.replication;

/** What replication asks of the lease, blocking. */
@FunctionalInterface
public interface Ownership {
    /**
     * Reads the lease now.
     *
     * @throws io.statemanager.bus.CommandException {@code lease_lost} where it does not carry our nonce
     */
    void confirm();
}
