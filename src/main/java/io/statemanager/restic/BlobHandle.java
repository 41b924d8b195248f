package io.statemanager.restic;

import java.util.Objects;

/** A blob's identity: its type and the SHA-256 of its plaintext. */
public record BlobHandle(BlobType type, Id id) {

    public BlobHandle {
        Objects.requireNonNull(type);
        Objects.requireNonNull(id);
    }

    /** For messages: {@code data blob 1f3c…}. */
    @Override
    public String toString() {
        return type.label() + " blob " + id;
    }
}
