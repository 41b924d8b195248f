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

    /** The date where a store sends none: later than any lease, so nothing is taken for proven by it. */
    public static final Instant NO_DATE = Instant.MAX;

    public ObjectInfo {
        metadata = Map.copyOf(metadata);
    }

    /** How old this version is by the store's clock alone; never negative, and zero where the store does not tell the time. */
    public Duration age() {
        if (date.equals(NO_DATE)) {
            return Duration.ZERO;
        }
        Duration age = Duration.between(lastModified, date);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** The same version told of under another key. */
    public ObjectInfo withKey(String other) {
        return new ObjectInfo(other, size, etag, lastModified, metadata, date);
    }
}
