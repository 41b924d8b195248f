package io.statemanager.support;

import io.statemanager.support.FaultProxy.Fault;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;

/** One request on its way through a {@link FaultProxy}; confined to the proxy's event loop. */
final class FaultyExchange {
    private final FaultProxy proxy;
    private final HttpClient client;
    private final HttpServerRequest request;

    FaultyExchange(FaultProxy proxy, HttpClient client, HttpServerRequest request) {
        this.proxy = proxy;
        this.client = client;
        this.request = request;
    }

    void begin() {
        request.exceptionHandler(gone -> {});
        request.response().exceptionHandler(gone -> {});
        Fault fault = proxy.faultFor(request.method().name(), request.path(), request.query());
        switch (fault) {
            case ERROR_500 -> drainThen(() -> error(500, "InternalError"));
            case ERROR_503 -> drainThen(() -> error(503, "SlowDown"));
            case ERROR_403 -> drainThen(() -> error(403, "AccessDenied"));
            case ERROR_501 -> drainThen(() -> error(501, "NotImplemented"));
            case RESET_BEFORE -> drainThen(this::reset);
            case HANG_BEFORE -> drainThen(() -> {});
            case RESET_THEN_LATE_EFFECT ->
                request.body().onSuccess(body -> {
                    Future<HttpClientRequest> unsent = open();
                    proxy.hold(() -> unsent.compose(sent -> send(sent, body)).compose(HttpClientResponse::body));
                    reset();
                });
            case NONE -> stream();
            default ->
                request.body()
                        .compose(body -> open().compose(sent -> send(sent, body)))
                        .compose(answer -> answer.body().onSuccess(body -> spoil(fault, answer, body)))
                        .onFailure(lost -> reset());
        }
    }

    private void stream() {
        request.pause();
        open().compose(sent -> {
                    copyHeaders(sent);
                    // A client that goes away in the middle is gone for the server too.
                    request.connection().closeHandler(gone -> sent.reset());
                    return sent.send(request);
                })
                .compose(answer -> {
                    copyHead(answer);
                    return answer.pipeTo(request.response());
                })
                .onFailure(lost -> reset());
    }

    private Future<HttpClientRequest> open() {
        return client.request(new RequestOptions()
                .setMethod(HttpMethod.valueOf(request.method().name()))
                .setURI(request.uri()));
    }

    private Future<HttpClientResponse> send(HttpClientRequest sent, Buffer body) {
        copyHeaders(sent);
        return sent.send(body);
    }

    private void copyHeaders(HttpClientRequest sent) {
        request.headers().forEach((name, value) -> {
            if (!name.equalsIgnoreCase("Expect")) {
                sent.putHeader(name, value);
            }
        });
    }

    private void copyHead(HttpClientResponse answer) {
        request.response().setStatusCode(answer.statusCode());
        answer.headers().forEach((name, value) -> request.response().headers().add(name, value));
        if (answer.getHeader("Content-Length") == null && !request.method().equals(HttpMethod.HEAD)) {
            request.response().setChunked(true);
        }
    }

    private void spoil(Fault fault, HttpClientResponse answer, Buffer body) {
        switch (fault) {
            case ERROR_500_AFTER -> error(500, "InternalError");
            case RESET_AFTER -> reset();
            case TRUNCATE_BODY -> half(answer, body).onComplete(written -> reset());
            case STALL_BODY -> half(answer, body);
            case CORRUPT_BODY -> {
                copyHead(answer);
                request.response().end(flipped(body));
            }
            default -> {}
        }
    }

    private Future<Void> half(HttpClientResponse answer, Buffer body) {
        copyHead(answer);
        return request.response().write(body.slice(0, body.length() / 2));
    }

    private static Buffer flipped(Buffer body) {
        Buffer copy = body.copy();
        if (copy.length() > 0) {
            int middle = copy.length() / 2;
            copy.setByte(middle, (byte) (copy.getByte(middle) ^ 1));
        }
        return copy;
    }

    private void drainThen(Runnable then) {
        request.body().onSuccess(body -> then.run());
    }

    private void error(int status, String code) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/xml")
                .end("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code
                        + "</Code><Message>made by the test</Message></Error>");
    }

    private void reset() {
        request.connection().close().onFailure(gone -> {});
    }
}
