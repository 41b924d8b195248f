package io.statemanager.storage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One page of a listing.
 *
 * @param objects in key order
 * @param next the {@code startAfter} of the following page; empty when this was the last
 * @param date the store's own clock when it answered
 */
public record ListPage(List<ObjectInfo> objects, Optional<String> next, Instant date) {
    public ListPage {
        objects = List.copyOf(objects);
    }
}
