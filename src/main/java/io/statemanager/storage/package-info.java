/**
 * Object storage: one narrow interface, two equal implementations (S3 by the non-blocking client, and a local directory), the gate
 * of the lease that every write passes, and the probe that finds out whether a store can fence at all.
 *
 * <p>Whoever stores something sees {@link io.statemanager.storage.ObjectStore} alone. The implementations differ in how they keep
 * the promises written there, never in the promises; one contract test runs against all of them.
 */
package io.statemanager.storage;
