package io.statemanager.support;

import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

/**
 * A real S3 server in the test JVM, in memory, with signatures checked and, by default, with a true compare-and-swap (see {@link
 * AtomicBlobStore}). Starts in well under a second. Safe for any thread.
 *
 * <pre>{@code
 * try (S3Server server = S3Server.start()) {
 *     server.createBucket("bucket");
 *     … server.endpoint(), S3Server.ACCESS_KEY, S3Server.SECRET_KEY …
 * }
 * }</pre>
 *
 * Its own limits: a key and a folder of the same name cannot both exist, and a listing orders folders as directories, so {@code a-}
 * may come behind {@code a/}.
 */
public final class S3Server implements AutoCloseable {
    public static final String ACCESS_KEY = "access";
    public static final String SECRET_KEY = "very-secret-key";
    public static final String BUCKET = "bucket";

    private final BlobStore blobs;
    private final S3Proxy proxy;

    private S3Server(BlobStore blobs) {
        this.blobs = blobs;
        this.proxy = S3Proxy.builder()
                .blobStore(blobs)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                .jettyMaxThreads(100)
                .stopTimeout(0)
                .build();
    }

    /** A server with one bucket, {@link #BUCKET}. */
    public static S3Server start() {
        return start(new AtomicBlobStore(new TransientNio2BlobStore()));
    }

    /** One whose If-Match is a read followed by a write, as some stores have it: several racers may win. */
    public static S3Server startWithoutAtomicSwap() {
        return start(new TransientNio2BlobStore());
    }

    /** One that answers 200 to every conditional write without looking at the condition, as some stores do. */
    public static S3Server startIgnoringConditions() {
        return start(new CarelessBlobStore(new TransientNio2BlobStore()));
    }

    /** One that behaves as the given blob store does, for a test's own peculiarities. */
    public static S3Server start(BlobStore blobs) {
        S3Server server = new S3Server(blobs);
        try {
            server.proxy.start();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 server does not start", e);
        }
        server.createBucket(BUCKET);
        return server;
    }

    public void createBucket(String name) {
        blobs.createContainer(name);
    }

    /** Removes every object of {@link #BUCKET}. */
    public void empty() {
        blobs.clearContainer(ListObjectsV2Request.builder().bucket(BUCKET).build());
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + proxy.getPort());
    }

    public int port() {
        return proxy.getPort();
    }

    /** The store behind the server, to look at or damage objects without the client under test. */
    public BlobStore blobs() {
        return blobs;
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 server does not stop", e);
        }
        blobs.close();
    }
}
