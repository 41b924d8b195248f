package io.statemanager.restic;

/**
 * What became of a blob given to a {@link BlobWriter}.
 *
 * @param id its id
 * @param storedBytes what it takes in the repository, encrypted and with its header entry; 0 where it was known already
 */
public record SavedBlob(Id id, int storedBytes) {

    public boolean isNew() {
        return storedBytes != 0;
    }
}
