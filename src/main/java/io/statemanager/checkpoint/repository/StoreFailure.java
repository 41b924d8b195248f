package io.statemanager.checkpoint.repository;

import io.statemanager.storage.StoreException;
import java.io.IOException;

/** A failure of the store on its way through the repository, which knows input and output errors only. */
public final class StoreFailure extends IOException {
    private static final long serialVersionUID = 1L;

    StoreFailure(StoreException cause) {
        super(cause.getMessage(), cause);
    }

    public StoreException store() {
        return (StoreException) getCause();
    }
}
