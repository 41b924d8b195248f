package io.statemanager.storage;

import io.vertx.core.Future;
import java.time.Instant;

/** What the lease knows that a gate does not: whether a write that has been answered counts. */
@FunctionalInterface
public interface OwnershipProof {

    /** For environments without a lease: a write counts on its answer alone. */
    OwnershipProof BY_ANSWER_ALONE = answered -> Future.succeededFuture();

    /**
     * Succeeds where the answer's date lies before the last renewal's date + TTL − margin, or a renewal begun after this call has
     * succeeded; fails otherwise. (A suspended virtual machine notices no clock of its own, so the store's is asked.)
     */
    Future<Void> prove(Instant answered);
}
