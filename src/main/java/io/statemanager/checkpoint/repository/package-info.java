/**
 * The shared restic repository as this environment holds it open: over the object store, with its index kept on disk, its lock
 * refreshed, and made together with whoever else makes it at the same moment. Blocking code on worker threads.
 */
package io.statemanager.checkpoint.repository;
