package io.statemanager.http;

import io.statemanager.bus.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Writes whole answers; a request that was cut off meanwhile gets none. */
final class Answers {
    static final String JSON = "application/json";

    private Answers() {}

    static void json(RoutingContext context, Object value) {
        send(context, 200, JSON, Json.text(value) + "\n");
    }

    static void send(RoutingContext context, int status, String contentType, String body) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        Buffer bytes = Buffer.buffer(body);
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                // Set here, since nobody else does for the answer to a HEAD.
                .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length()))
                .end(bytes);
    }
}
