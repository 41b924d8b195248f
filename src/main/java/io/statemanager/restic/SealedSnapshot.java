package io.statemanager.restic;

/**
 * A snapshot as the object that will be, or is, in the repository.
 *
 * @param id its name
 * @param bytes the encrypted object
 * @param snapshot what is in it
 */
public record SealedSnapshot(Id id, byte[] bytes, Snapshot snapshot) {}
