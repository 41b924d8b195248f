package io.statemanager.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What a store knows of one version of an object.
 *
 * @param size in bytes, of the whole object
 * @param etag without quotes; opaque: equal for equal versions, nothing more
 * @param lastModified by the store's clock
 * @param metadata as written; always empty in a listing
 * @param date the store's own clock when it said so
 */
public record ObjectInfo(
        String key, long size, String etag, Instant lastModified, Map<String, String> metadata, Instant date) {
    public ObjectInfo {
        metadata = Map.copyOf(metadata);
    }

    /** How old this version is by the store's clock alone; never negative. */
    public Duration age() {
        Duration age = Duration.between(lastModified, date);
        return age.isNegative() ? Duration.ZERO : age;
    }

    ObjectInfo withKey(String other) {
        return new ObjectInfo(other, size, etag, lastModified, metadata, date);
    }
}
