package io.statemanager.proxy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetSocket;
import java.time.Duration;

/**
 * A WebSocket: the handshake is the application's, extensions and all; once it says 101, bytes go both ways with back-pressure until one side
 * ends. A refusal goes back whole. No other protocol is upgraded to: {@code h2c} would carry requests past us. Confined to the server's
 * context.
 */
final class UpgradeRelay {
    private static final int SWITCHING = 101;
    private static final String WEBSOCKET = "websocket";

    private final Vertx vertx;
    private final Upstream upstream;
    private final Duration limit;
    private final Incoming incoming;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private boolean late;

    UpgradeRelay(Vertx vertx, Upstream upstream, Duration limit, Incoming incoming) {
        this.vertx = vertx;
        this.upstream = upstream;
        this.limit = limit;
        this.incoming = incoming;
        this.request = incoming.request();
        this.response = incoming.response();
    }

    static boolean isAskedFor(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_1
                && request.method().equals(HttpMethod.GET)
                && Headers.has(request.headers(), HttpHeaders.CONNECTION, "upgrade")
                && Headers.has(request.headers(), HttpHeaders.UPGRADE, WEBSOCKET);
    }

    /** Relays until the end; fails where nothing was answered yet. */
    Future<Void> run() {
        return upstream.upgrade(request).compose(asked -> {
            asked.putHeader(HttpHeaders.CONNECTION, "Upgrade").putHeader(HttpHeaders.UPGRADE, WEBSOCKET);
            response.closeHandler(gone -> asked.reset());
            long timer = vertx.setTimer(limit.toMillis(), id -> {
                late = true;
                asked.reset();
            });
            return asked.connect()
                    .onComplete(answered -> vertx.cancelTimer(timer))
                    .recover(cause -> Future.failedFuture(late ? Refusal.tooSlow(limit) : cause))
                    .compose(answer -> answer.statusCode() == SWITCHING ? relay(asked, answer) : refuse(answer));
        });
    }

    private Future<Void> relay(HttpClientRequest asked, HttpClientResponse answer) {
        NetSocket application = answer.netSocket().pause();
        Headers.copy(answer.headers(), response.headers());
        response.putHeader(HttpHeaders.CONNECTION, "Upgrade").putHeader(HttpHeaders.UPGRADE, WEBSOCKET);
        return request.toNetSocket().onFailure(gone -> asked.reset()).compose(client -> {
            Future<Void> there = client.pipeTo(application);
            Future<Void> back = application.pipeTo(client);
            // How a WebSocket ends is its own affair; whichever way, both sides are closed by then.
            return Future.join(there, back).<Void>mapEmpty().otherwiseEmpty();
        });
    }

    private Future<Void> refuse(HttpClientResponse answer) {
        response.setStatusCode(answer.statusCode()).setStatusMessage(answer.statusMessage());
        Headers.copy(answer.headers(), response.headers());
        if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            response.setChunked(true);
        }
        incoming.drop();
        return answer.pipe().endOnComplete(false).to(response).compose(done -> response.end());
    }
}
