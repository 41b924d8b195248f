/**
 * Stores a scanned tree in a restic repository: the content of changed files while the application runs, what changed since while it
 * stands still, then the trees. Blocking code without any wiring.
 */
package io.statemanager.checkpoint.save;
