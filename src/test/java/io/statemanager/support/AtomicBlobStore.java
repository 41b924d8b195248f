package io.statemanager.support;

import java.io.InputStream;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Makes conditional writes of S3Proxy's own stores one step: they look first and write afterwards, so of several racers more than one
 * can win. A lock for each key (by hash) does it, since all clients go through this JVM.
 */
final class AtomicBlobStore extends ForwardingBlobStore {
    private final Object[] locks = Stream.generate(Object::new).limit(64).toArray();

    AtomicBlobStore(BlobStore delegate) {
        super(delegate);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
        synchronized (lock(request.bucket(), request.key())) {
            check(request.bucket(), request.key(), request.ifMatch(), request.ifNoneMatch());
            return delegate().putBlob(request, body);
        }
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        synchronized (lock(upload.containerName(), upload.blobName())) {
            check(upload.containerName(), upload.blobName(), request.ifMatch(), request.ifNoneMatch());
            return delegate().completeMultipartUpload(upload, request);
        }
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        synchronized (lock(request.bucket(), request.key())) {
            return delegate().removeBlob(request);
        }
    }

    private void check(String bucket, String key, String ifMatch, String ifNoneMatch) {
        if (ifMatch == null && ifNoneMatch == null) {
            return;
        }
        HeadObjectResponse there = delegate().blobMetadataIfPresent(bucket, key);
        if (ifNoneMatch != null && there != null) {
            throw new S3ProxyException(S3ErrorCode.PRECONDITION_FAILED);
        }
        if (ifMatch != null && there == null) {
            throw new S3ProxyException(S3ErrorCode.NO_SUCH_KEY);
        }
        if (ifMatch != null && !plain(ifMatch).equals(plain(there.eTag()))) {
            throw new S3ProxyException(S3ErrorCode.PRECONDITION_FAILED);
        }
    }

    private Object lock(String bucket, String key) {
        return locks[(bucket + "/" + key).hashCode() & 63];
    }

    private static String plain(String etag) {
        return etag == null ? "" : etag.replace("\"", "");
    }
}
