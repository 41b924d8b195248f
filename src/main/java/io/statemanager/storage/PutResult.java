package io.statemanager.storage;

import java.time.Instant;

/**
 * A write that has happened.
 *
 * @param etag of what is stored now, without quotes
 * @param date the store's own clock when it answered, in whole seconds on S3: what "owner beyond doubt" is decided by
 */
public record PutResult(String etag, Instant date) {}
