package io.statemanager.storage;

import io.vertx.core.buffer.Buffer;

/**
 * An object's bytes, or the range that was asked for, and what is known of the same version of it.
 *
 * @param info its size is that of the whole object
 */
public record GetResult(Buffer body, ObjectInfo info) {}
