package io.statemanager.restic;

import java.time.Instant;

/**
 * One line of a listing.
 *
 * @param name the object's name (64 hex digits; empty for the configuration)
 * @param size bytes
 * @param modified when the store received it, by the store's clock
 */
public record FileInfo(String name, long size, Instant modified) {}
