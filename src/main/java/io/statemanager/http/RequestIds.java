package io.statemanager.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each control request an id, its own where it brings a sane one, and says it in the answer and in the log. Confined to the server's
 * context.
 */
final class RequestIds implements Handler<RoutingContext> {
    static final String HEADER = "X-Request-Id";

    private static final Logger LOG = LoggerFactory.getLogger(RequestIds.class);
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final String KEY = "request-id";

    @Override
    public void handle(RoutingContext context) {
        assign(context);
        context.next();
    }

    static void assign(RoutingContext context) {
        String given = context.request().getHeader(HEADER);
        String id = given != null && SANE.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
        context.put(KEY, id);
        context.response().putHeader(HEADER, id);
        long begin = System.nanoTime();
        // The response's end handler is the connection watch's.
        context.response()
                .bodyEndHandler(ended -> LOG.atDebug()
                        .addKeyValue("method", context.request().method())
                        .addKeyValue("path", context.request().path())
                        .addKeyValue("status", context.response().getStatusCode())
                        .addKeyValue("ms", (System.nanoTime() - begin) / 1_000_000)
                        .addKeyValue("request", id)
                        .log("A control request was answered"));
    }

    static String of(RoutingContext context) {
        return context.get(KEY);
    }
}
