package io.statemanager.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.HashMap;
import java.util.Map;

/**
 * Watches over every connection of the door. One on which nothing is asked ends: a request's head must be complete, and the next request come,
 * within a time. A request without a clear form is refused, and nothing more is read from its connection. Of one that was answered before
 * its body was there the rest is read for a moment, so that the answer arrives, and no longer. Confined to the server's context.
 */
final class ConnectionWatch {
    private static final long LEFTOVER_MS = 5_000;

    private final Vertx vertx;
    private final long quietMs;
    private final Map<HttpConnection, Connection> connections = new HashMap<>();

    /** @param quietMs how long a connection may be there without a request */
    ConnectionWatch(Vertx vertx, long quietMs) {
        this.vertx = vertx;
        this.quietMs = quietMs;
    }

    /** What is known of one connection. */
    private final class Connection {
        private final HttpConnection connection;
        private int asked;
        private boolean over;
        // Never 0: that is the id of the first timer of all, and a cancelled one of somebody else.
        private long timer = -1;

        Connection(HttpConnection connection) {
            this.connection = connection;
            closeIn(quietMs);
        }

        void begin(HttpServerRequest request) {
            asked++;
            vertx.cancelTimer(timer);
            request.response().endHandler(end -> {
                if (--asked == 0) {
                    closeIn(request.isEnded() ? quietMs : Math.min(LEFTOVER_MS, quietMs));
                }
            });
        }

        void closeIn(long milliseconds) {
            vertx.cancelTimer(timer);
            timer = vertx.setTimer(milliseconds, id -> connection.close());
        }

        /** Answers, closes, and hears nothing of what was sent behind: it could be a part of the refused request. */
        void refuse(HttpServerRequest request, String fault) {
            over = true;
            request.response()
                    .setStatusCode(400)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .putHeader(HttpHeaders.CONNECTION, "close")
                    .end(fault + "\n")
                    .onComplete(sent -> connection.close());
        }
    }

    void opened(HttpConnection connection) {
        takeOver(connection);
        Connection known = new Connection(connection);
        connections.put(connection, known);
        connection.closeHandler(closed -> {
            connections.remove(connection);
            vertx.cancelTimer(known.timer);
        });
    }

    /**
     * Ends the server's own idle limit, which has watched until here and would cut a quiet WebSocket: a connection is known to Vert.x only once
     * its first request tells which version it speaks.
     */
    private static void takeOver(HttpConnection connection) {
        if (connection instanceof ConnectionBase known) {
            ChannelPipeline pipeline = known.channel().pipeline();
            if (pipeline.get(IdleStateHandler.class) != null) {
                pipeline.remove(IdleStateHandler.class);
            }
        }
    }

    /** The handler with each of its requests watched. */
    Handler<HttpServerRequest> around(Handler<HttpServerRequest> handler) {
        return request -> {
            Connection known = connections.get(request.connection());
            if (known == null || known.over) {
                return;
            }
            String fault = RequestForm.fault(request);
            if (fault == null) {
                known.begin(request);
                handler.handle(request);
            } else {
                known.refuse(request, fault);
            }
        };
    }

    /** For what could not be parsed at all. */
    void invalid(HttpServerRequest request) {
        Connection known = connections.get(request.connection());
        if (known != null && !known.over) {
            known.over = true;
            HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
        }
    }
}
