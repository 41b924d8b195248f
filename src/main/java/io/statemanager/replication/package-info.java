/**
 * Databases and their replicas: which SQLite files there are, capture at a checkpoint, upload, claim, restore, and the proof that a local
 * database contains a position. The replicas are Litestream v0.5's; {@code docs/formats-databases.md} says what we put into them.
 *
 * <p>{@link io.statemanager.replication.ReplicationVerticle} is the wiring page. All else are plain, blocking classes that know neither
 * bus nor event loop: they run on a named worker pool, for each database one call after the other. They reach the store through {@link
 * io.statemanager.replication.ReplicaStore}.
 */
package io.statemanager.replication;
