package io.statemanager.storage;

/**
 * What {@code getToFile} wrote.
 *
 * @param bytes written into the file
 * @param info of the version that was read; its size is that of the whole object
 */
public record FileResult(long bytes, ObjectInfo info) {}
