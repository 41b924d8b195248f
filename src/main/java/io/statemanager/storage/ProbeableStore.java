package io.statemanager.storage;

import io.vertx.core.Future;

/** A store that can be tried out: what {@link StoreProbe} needs beside the ordinary operations. */
public interface ProbeableStore extends DirectStore {

    @Override
    ProbeableStore with(CallPolicy policy);

    /** The same store, used as these quirks say. */
    ProbeableStore with(StoreQuirks quirks);

    /** Like {@code put}, but in the way that large bodies go, however small this one is. */
    Future<PutResult> putInParts(String key, Body body, PutOptions options);

    /** Sends a body with the checksum of another one; whether the store noticed. Where it did not, an object may be there now. */
    Future<Boolean> noticesWrongChecksum(String key);
}
