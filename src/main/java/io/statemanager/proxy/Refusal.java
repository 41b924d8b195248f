package io.statemanager.proxy;

import io.netty.channel.ConnectTimeoutException;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.bus.Problem;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/**
 * Answers for the application where it cannot: 503 with the time to try again when it is not there, 502 when it fails, 504 when it is too
 * slow. JSON, or a small page for a browser; {@code X-State-Manager-Reason} tells our answers from the application's own.
 */
final class Refusal {
    private static final String REASON = "X-State-Manager-Reason";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private Refusal() {}

    static CommandException unavailable(String reason) {
        return CommandException.of(FailureCode.APPLICATION_UNAVAILABLE, reason).retryAfter(RETRY_AFTER);
    }

    static CommandException tooSlow(Duration limit) {
        return CommandException.of(
                FailureCode.APPLICATION_TIMEOUT, "the application did not answer within " + limit.toSeconds() + " s");
    }

    /** What a failed attempt means for who asked; the application's addresses are not told. */
    static CommandException of(Throwable cause) {
        if (cause instanceof CommandException known) {
            return known;
        }
        if (cause instanceof ConnectTimeoutException) {
            return CommandException.of(FailureCode.APPLICATION_TIMEOUT, "the application takes no connection", cause);
        }
        if (cause instanceof ConnectionPoolTooBusyException) {
            return unavailable("too many requests wait for the application");
        }
        return CommandException.of(
                FailureCode.APPLICATION_FAILED, "the application refused or broke the connection", cause);
    }

    /** Answers, or cuts the connection where an answer has begun. */
    static void send(Incoming incoming, CommandException failure) {
        HttpServerResponse response = incoming.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        response.headers().clear();
        if (failure.retryAfter() != null) {
            response.putHeader(
                    HttpHeaders.RETRY_AFTER, Long.toString(failure.retryAfter().toSeconds()));
        }
        String accept = incoming.request().getHeader(HttpHeaders.ACCEPT);
        boolean page = accept != null && accept.contains("text/html");
        response.setStatusCode(failure.code().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, page ? "text/html; charset=utf-8" : "application/problem+json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(REASON, failure.code().text())
                .end(page ? page(failure) : Json.text(Problem.of(failure)) + "\n");
        incoming.drop();
    }

    private static String page(CommandException failure) {
        String detail =
                failure.detail().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return "<!doctype html><title>" + failure.code().title() + "</title><h1>"
                + failure.code().title() + "</h1><p>" + detail + "</p>\n";
    }
}
