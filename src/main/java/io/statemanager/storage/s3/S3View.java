package io.statemanager.storage.s3;

import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.StoreQuirks;
import io.statemanager.storage.WriteGate;

/** In which way one view of the store uses the shared connection. */
record S3View(CallPolicy policy, WriteGate gate, StoreQuirks quirks) {

    S3View with(CallPolicy other) {
        return new S3View(other, gate, quirks);
    }

    S3View gatedBy(WriteGate other) {
        return new S3View(policy, other, quirks);
    }

    S3View with(StoreQuirks other) {
        return new S3View(policy, gate, other);
    }
}
