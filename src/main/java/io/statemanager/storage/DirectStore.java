package io.statemanager.storage;

import io.vertx.core.Future;

/** A store that this JVM speaks to itself, and whose every write attempt can therefore be made to pass a gate. */
public interface DirectStore extends ObjectStore {

    @Override
    DirectStore with(CallPolicy policy);

    /** The same store, every attempt of whose writes (put, copy, delete) passes this gate right before it leaves. */
    DirectStore gatedBy(WriteGate gate);

    /** What has been asked of it since it was opened, in all its views together. */
    StoreCounters counters();

    /** Ends the store and all its views; calls that are under way fail with {@link StoreError#CLOSED}. */
    Future<Void> close();
}
