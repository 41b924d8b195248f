package io.statemanager.proxy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/**
 * A request of which is known whether it has a body; nothing more of it flows until it is sent on. HTTP/1 says so in the head, HTTP/2 by what
 * comes next, so its first piece is read here: a GET must not reach the application with an empty chunked body. Confined to the server's
 * context.
 */
final class Incoming {
    private static final long NEVER_HELD = Long.MIN_VALUE;

    private static final int TRIES = 10;

    /** To an application that ends twice in a row: on a kept connection and a new one each time, and once when it is back. */
    private static final int SENDS = 5;

    private final HttpServerRequest request;
    private final boolean hasBody;
    private final Buffer first;
    private long holdUntil = NEVER_HELD;
    private int refused;
    private int sent;
    private boolean answered;

    private Incoming(HttpServerRequest request, boolean hasBody, Buffer first) {
        this.request = request;
        this.hasBody = hasBody;
        this.first = first;
    }

    /** To be called as soon as the request is there; fails where it breaks off before that is known. */
    static Future<Incoming> of(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (request.version() != HttpVersion.HTTP_2 || length != null) {
            request.pause();
            boolean chunked = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
            return Future.succeededFuture(
                    new Incoming(request, chunked || (length != null && !length.equals("0")), null));
        }
        Promise<Incoming> found = Promise.promise();
        request.exceptionHandler(found::tryFail);
        request.endHandler(end -> found.tryComplete(new Incoming(request, false, null)));
        request.handler(piece -> {
            request.pause();
            found.tryComplete(new Incoming(request, true, piece));
        });
        return found.future();
    }

    HttpServerRequest request() {
        return request;
    }

    HttpServerResponse response() {
        return request.response();
    }

    boolean hasBody() {
        return hasBody;
    }

    /** Until when it may wait, on the clock of {@link System#nanoTime}; counted from its first wait. */
    long holdUntil(long holdNanos) {
        if (holdUntil == NEVER_HELD) {
            holdUntil = System.nanoTime() + holdNanos;
        }
        return holdUntil;
    }

    /** Counts a connection that was refused; true as long as one more try is worth while. */
    boolean deservesAnotherTry() {
        return ++refused < TRIES;
    }

    /** Whether the application may have seen it. */
    boolean wasSent() {
        return sent > 0;
    }

    /** Whether it was not sent so often yet that the application's ends are to be laid at its door. */
    boolean mayBeSentAgain() {
        return sent < SENDS;
    }

    /** The head of an answer goes into the response, of which the client has seen nothing yet. */
    void answerBegins() {
        answered = true;
    }

    /** Whether the head of an answer is in the response. */
    boolean isAnswered() {
        return answered;
    }

    /** Before the next attempt; whether an answer has left its head in the response, which must go. */
    boolean forgetAnswer() {
        boolean was = answered;
        answered = false;
        return was;
    }

    /** Streams the body with back-pressure and ends the request; a body that breaks off fails, and ends nothing. */
    Future<Void> sendTo(HttpClientRequest asked) {
        sent++;
        if (!hasBody) {
            return asked.end();
        }
        if (!asked.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            asked.setChunked(true);
        }
        if (first != null) {
            asked.write(first);
        }
        return request.pipe().endOnComplete(false).to(asked).compose(done -> asked.end());
    }

    /** Reads and drops what still comes, so that an answer can be read by who sends. */
    void drop() {
        if (!request.isEnded()) {
            request.handler(null);
            request.resume();
        }
    }
}
