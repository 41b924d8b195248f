package io.statemanager.storage.s3;

import io.statemanager.storage.Body;
import io.statemanager.storage.Buffers;
import io.statemanager.storage.Digests;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.io.IOException;
import java.util.Base64;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/** Bodies as the SDK sends them. These block for a moment: on a worker. */
final class S3Bodies {
    private static final int CHUNK = 256 * 1024;

    private S3Bodies() {}

    /**
     * A body that can be sent again; a file is read as the connection takes it. Bytes in memory are copied: they may be changed when the
     * call has ended, and an attempt that was given up may then still be sending.
     */
    static AsyncRequestBody of(Body body) {
        if (body instanceof Body.Bytes bytes) {
            return AsyncRequestBody.fromRemainingByteBuffer(Buffers.view(bytes.buffer()));
        }
        Body.FileRange range = (Body.FileRange) body;
        if (range.length() == 0) {
            return AsyncRequestBody.empty();
        }
        return AsyncRequestBody.fromFile(file -> file.path(range.file())
                .position(range.offset())
                .numBytesToRead(range.length())
                .chunkSizeInBytes(CHUNK));
    }

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
