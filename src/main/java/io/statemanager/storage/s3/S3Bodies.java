package io.statemanager.storage.s3;

import io.statemanager.storage.Body;
import io.statemanager.storage.Digests;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.io.IOException;
import java.util.Base64;

/** What is told of bodies. These block for a moment: on a worker. */
final class S3Bodies {
    private S3Bodies() {}

    /** The header by which a server knows that the body has arrived as it was. */
    static String contentMd5(String key, Body body) {
        try {
            return Base64.getEncoder()
                    .encodeToString(Digests.of(body, Digests.md5()).digest());
        } catch (IOException e) {
            throw new StoreException(
                    StoreError.LOCAL_IO, "put", key, "the body cannot be read: " + e.getMessage(), "", false, e);
        }
    }
}
