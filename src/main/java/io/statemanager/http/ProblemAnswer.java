package io.statemanager.http;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.bus.Problem;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where failures become answers: a problem document with its true status. What was not foreseen is logged with its stack under
 * the request's id, and the answer names that id alone.
 */
final class ProblemAnswer implements Handler<RoutingContext> {
    static final String CONTENT_TYPE = "application/problem+json";

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAnswer.class);

    @Override
    public void handle(RoutingContext context) {
        tell(context, tellable(context, context.failure()));
    }

    static void tell(RoutingContext context, CommandException failure) {
        if (context.response().headWritten()) {
            context.request().connection().close();
            return;
        }
        if (failure.retryAfter() != null) {
            long seconds = Math.max(1, failure.retryAfter().toSeconds());
            context.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        }
        Answers.send(context, failure.code().status(), CONTENT_TYPE, Json.text(Problem.of(failure)) + "\n");
    }

    /** What a user may be told: a command's failure as it is, anything else by the request's id. */
    static CommandException tellable(RoutingContext context, Throwable cause) {
        if (cause instanceof CommandException known && known.code() != FailureCode.INTERNAL) {
            return known;
        }
        // What comes from the bus was logged there with its stack.
        LOG.atError()
                .setCause(cause instanceof CommandException ? null : cause)
                .addKeyValue("request", RequestIds.of(context))
                .addKeyValue("path", context.request().path())
                .log("A control request failed unexpectedly");
        return CommandException.of(
                        FailureCode.INTERNAL,
                        "the request failed unexpectedly; the log has it as request " + RequestIds.of(context))
                .withHint("see the manager's log");
    }
}
