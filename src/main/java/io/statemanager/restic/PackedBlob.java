package io.statemanager.restic;

/**
 * Where a blob lies.
 *
 * @param pack the pack's id
 * @param handle the blob
 * @param offset of its encrypted bytes in the pack
 * @param length of its encrypted bytes, with initialisation vector and MAC
 * @param rawLength of its plaintext where it is compressed, else 0
 */
public record PackedBlob(Id pack, BlobHandle handle, long offset, int length, int rawLength) {

    /** Bytes that encryption adds: 16 of initialisation vector, 16 of MAC. */
    public static final int OVERHEAD = 32;

    public boolean compressed() {
        return rawLength != 0;
    }

    /** Bytes of plaintext. */
    public int plainLength() {
        return compressed() ? rawLength : length - OVERHEAD;
    }
}
