package io.statemanager.restic;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which blob lies where, for all blobs of a repository in about 56 bytes each. Safe for use by many threads; readers do not block one another. */
public final class BlobIndex {

    BlobIndex() {}

    /** Whether a saved index lists the blob. */
    public boolean contains(BlobHandle blob) {
        throw new UnsupportedOperationException();
    }

    /** One place where it lies. */
    public Optional<PackedBlob> find(BlobHandle blob) {
        throw new UnsupportedOperationException();
    }

    /** All places where it lies. */
    public List<PackedBlob> findAll(BlobHandle blob) {
        throw new UnsupportedOperationException();
    }

    /** Number of entries, copies counted. */
    public int size() {
        throw new UnsupportedOperationException();
    }

    /** All packs that have entries. */
    public Set<Id> packs() {
        throw new UnsupportedOperationException();
    }

    /** The index files that this is made of. */
    public Set<Id> files() {
        throw new UnsupportedOperationException();
    }

    /**
     * Packs that writers must not build on (about to be pruned). Blobs that lie in them alone count as unknown to writers and are stored again; readers
     * still find them. Replaces what was set before.
     */
    public void avoid(Collection<Id> packs) {
        throw new UnsupportedOperationException();
    }
}
