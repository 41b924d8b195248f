package io.statemanager.restic;

/**
 * A snapshot as the object that will be, or is, in the repository. Two are equal where their ids are.
 *
 * @param id its name
 * @param bytes the encrypted object
 * @param snapshot what is in it
 */
@SuppressWarnings("ArrayRecordComponent") // Equality is told below.
public record SealedSnapshot(Id id, byte[] bytes, Snapshot snapshot) {

    @Override
    public boolean equals(Object other) {
        return other instanceof SealedSnapshot that && id.equals(that.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "SealedSnapshot[" + id + ", " + snapshot + "]";
    }
}
