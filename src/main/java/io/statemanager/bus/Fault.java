package io.statemanager.bus;

/**
 * One fault of an input.
 *
 * @param path where it is, for example {@code storage.bucket} or {@code processes.web.command[0]}; empty for the whole document
 * @param message what is wrong and what would be right; never a secret's value
 */
public record Fault(String path, String message) {}
