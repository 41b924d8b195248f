package io.statemanager.proxy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * One ordinary exchange: the request's body to the application, its answer back, both streamed with back-pressure. A body that breaks off
 * breaks off on the other side too; it never ends there as if it were whole. Confined to the server's context.
 */
final class Forwarding {
    /** Of those methods whose repetition has the same effect the ones that we may repeat by ourselves, where they carry no body. */
    private static final Set<HttpMethod> REPEATABLE =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

    private final Vertx vertx;
    private final Upstream upstream;
    private final Duration limit;
    private final Incoming incoming;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private HttpClientRequest asked;
    private boolean late;
    private long timer = -1;

    Forwarding(Vertx vertx, Upstream upstream, Duration limit, Incoming incoming) {
        this.vertx = vertx;
        this.upstream = upstream;
        this.limit = limit;
        this.incoming = incoming;
        this.request = incoming.request();
        this.response = incoming.response();
    }

    /** Carries the exchange; fails where it broke, for the caller to answer if nothing was answered yet. */
    Future<Void> run() {
        response.closeHandler(gone -> abandon());
        response.exceptionHandler(broken -> abandon());
        boolean first = !incoming.wasSent();
        return attempt()
                .recover(cause -> first && mayRepeat(cause) ? attempt() : Future.failedFuture(cause))
                .recover(cause -> Future.failedFuture(late ? Refusal.tooSlow(limit) : cause));
    }

    /**
     * A connection may have been closed by the application just as we wrote. What has no body, of whose answer the client has not a byte
     * and has one effect however often it is done can be asked again; once at once, then when the application is back. So can what nobody has seen.
     */
    boolean mayRepeat(Throwable cause) {
        if (asked == null) {
            return cause instanceof HttpClosedException && !response.closed();
        }
        return isClosed(cause)
                && !response.headWritten()
                && !late
                && !incoming.hasBody()
                && incoming.mayBeSentAgain()
                && !response.closed()
                && REPEATABLE.contains(request.method());
    }

    private static boolean isClosed(Throwable cause) {
        return cause instanceof HttpClosedException || cause instanceof IOException;
    }

    private Future<Void> attempt() {
        asked = null;
        forgetAnswer();
        Future<HttpClientRequest> connection =
                incoming.wasSent() ? upstream.requestAnew(request) : upstream.request(request);
        return connection.compose(connected -> {
            asked = connected;
            connected.earlyHintsHandler(response::writeEarlyHints);
            letGoOn();
            incoming.sendTo(connected).onSuccess(sent -> startClock()).onFailure(broken -> {
                // Where the application has answered already, its answer tells.
                if (!incoming.isAnswered()) {
                    connected.reset();
                }
            });
            return connected.response().onComplete(there -> stopClock()).compose(this::answer);
        });
    }

    /** An answer that broke off before any of it was passed on leaves nothing behind. */
    private void forgetAnswer() {
        if (incoming.forgetAnswer()) {
            response.headers().clear();
            response.setChunked(false);
        }
    }

    private void letGoOn() {
        if (request.version() == HttpVersion.HTTP_1_1
                && Headers.has(request.headers(), HttpHeaders.EXPECT, "100-continue")) {
            response.writeContinue();
        }
    }

    private Future<Void> answer(HttpClientResponse from) {
        incoming.answerBegins();
        response.setStatusCode(from.statusCode()).setStatusMessage(from.statusMessage());
        Headers.copy(from.headers(), response.headers());
        if (!hasBody(from)) {
            return response.end();
        }
        boolean endsWithConnection = !frame(from);
        return from.pipe()
                .endOnComplete(false)
                .to(response)
                .compose(done -> end(from))
                .onSuccess(done -> {
                    if (endsWithConnection) {
                        request.connection().close();
                    }
                });
    }

    private boolean hasBody(HttpClientResponse from) {
        int status = from.statusCode();
        return !request.method().equals(HttpMethod.HEAD) && status != 204 && status != 304;
    }

    /** Decides how the end of the answer's body is told; false where only the connection's end can tell it. */
    private boolean frame(HttpClientResponse from) {
        if (response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            return true;
        }
        if (request.version() == HttpVersion.HTTP_1_0) {
            response.putHeader(HttpHeaders.CONNECTION, "close");
            return false;
        }
        response.setChunked(true);
        from.headers().getAll("trailer").forEach(name -> response.headers().add("trailer", name));
        return true;
    }

    private Future<Void> end(HttpClientResponse from) {
        if (response.isChunked()) {
            from.trailers().forEach(trailer -> response.putTrailer(trailer.getKey(), trailer.getValue()));
        }
        return response.end();
    }

    private void startClock() {
        if (!incoming.isAnswered()) {
            timer = vertx.setTimer(limit.toMillis(), id -> {
                late = true;
                asked.reset();
            });
        }
    }

    private void stopClock() {
        vertx.cancelTimer(timer);
    }

    /** The client is gone: so is its request. */
    private void abandon() {
        stopClock();
        if (asked != null) {
            asked.reset();
        }
    }
}
