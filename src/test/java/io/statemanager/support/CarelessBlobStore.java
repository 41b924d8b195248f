package io.statemanager.support;

import java.io.InputStream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Accepts the conditions of a write and does not look at them. */
final class CarelessBlobStore extends ForwardingBlobStore {
    CarelessBlobStore(BlobStore delegate) {
        super(delegate);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
        return delegate()
                .putBlob(request.toBuilder().ifMatch(null).ifNoneMatch(null).build(), body);
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        return delegate()
                .completeMultipartUpload(
                        upload,
                        request.toBuilder().ifMatch(null).ifNoneMatch(null).build());
    }
}
