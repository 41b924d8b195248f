/**
 * Who owns the environment: one object in the store, changed by compare-and-swap alone.
 *
 * <p>{@link io.statemanager.lease.LeaseObject} reads and swaps it, {@link io.statemanager.lease.Contender} waits until it may be taken, {@link
 * io.statemanager.lease.Holder} renews it and counts the time that is left. {@link io.statemanager.lease.LeaseVerticle} wires them to the bus.
 * What follows from a lease that is lost is decided in the environment, which hears of it by {@code event.lease}.
 */
package io.statemanager.lease;
