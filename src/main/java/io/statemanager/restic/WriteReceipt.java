package io.statemanager.restic;

import java.util.List;

/**
 * Proof that blobs are stored and indexed; {@link Repository#sealSnapshot} asks for it.
 *
 * @param packs written, all durable
 * @param indexes written, all durable
 * @param dataBlobs and
 * @param treeBlobs number of new blobs
 * @param rawBytes of new blobs, before compression
 * @param storedBytes uploaded in packs and indexes
 */
public record WriteReceipt(
        List<Id> packs, List<Id> indexes, int dataBlobs, int treeBlobs, long rawBytes, long storedBytes) {

    public WriteReceipt {
        packs = List.copyOf(packs);
        indexes = List.copyOf(indexes);
    }
}
