package io.statemanager.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;

/**
 * Ends connections on which nothing is asked: a request's head must be complete, and the next request come, within a minute. Of a request that
 * was answered before its body was there the rest is read for a moment, so that the answer arrives, and no longer. Confined to the server's
 * context.
 */
final class ConnectionWatch {
    static final long QUIET_MS = 60_000;
    private static final long LEFTOVER_MS = 5_000;

    private final Vertx vertx;
    private final Map<HttpConnection, Connection> connections = new HashMap<>();

    ConnectionWatch(Vertx vertx) {
        this.vertx = vertx;
    }

    /** What is known of one connection. */
    private final class Connection {
        private final HttpConnection connection;
        private int asked;
        private long timer;

        Connection(HttpConnection connection) {
            this.connection = connection;
            closeIn(QUIET_MS);
        }

        void begin() {
            asked++;
            vertx.cancelTimer(timer);
        }

        void end(boolean bodyLeft) {
            if (--asked == 0) {
                closeIn(bodyLeft ? LEFTOVER_MS : QUIET_MS);
            }
        }

        void closeIn(long milliseconds) {
            vertx.cancelTimer(timer);
            timer = vertx.setTimer(milliseconds, id -> connection.close());
        }
    }

    void opened(HttpConnection connection) {
        Connection known = new Connection(connection);
        connections.put(connection, known);
        connection.closeHandler(closed -> {
            connections.remove(connection);
            vertx.cancelTimer(known.timer);
        });
    }

    /** The handler with each of its requests watched. */
    Handler<HttpServerRequest> around(Handler<HttpServerRequest> handler) {
        return request -> {
            Connection known = connections.get(request.connection());
            if (known != null) {
                known.begin();
                request.response().endHandler(end -> {
                    if (request.isEnded()) {
                        known.end(false);
                    } else {
                        known.end(true);
                    }
                });
            }
            handler.handle(request);
        };
    }
}
