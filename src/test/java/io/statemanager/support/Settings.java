package io.statemanager.support;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;

/** Configuration documents of the integration tests. */
public final class Settings {
    private Settings() {}

    /** The embedded store in this directory. */
    public static JsonObject local(Path store, String ttl) {
        return document(new JsonObject().put("type", "file").put("path", store.toString()), ttl);
    }

    /** A bucket of the S3 server in this JVM, or of what stands in front of it. */
    public static JsonObject s3(URI endpoint, String ttl) {
        return document(
                new JsonObject()
                        .put("bucket", S3Server.BUCKET)
                        .put("endpoint", endpoint.toString())
                        .put("region", "us-east-1")
                        .put("access_key", S3Server.ACCESS_KEY)
                        .put("secret_key", S3Server.SECRET_KEY),
                ttl);
    }

    private static JsonObject document(JsonObject storage, String ttl) {
        return new JsonObject()
                .put("storage", storage)
                .put("supervisor", new JsonObject().put("timeout_stop", "5s"))
                .put(
                        "lease",
                        new JsonObject().put("ttl", ttl).put("margin", "300ms").put("lead", "300ms"));
    }
}
