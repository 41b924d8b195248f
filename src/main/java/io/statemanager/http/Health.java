package io.statemanager.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.StatusCommands;
import io.statemanager.bus.StatusCommands.Readiness;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /healthz}: the service lives; {@code /readyz}: the environment is settled and ours. Both are open to everybody and then say nothing
 * else; who knows the token also learns why. Confined to the server's context.
 */
final class Health {
    private static final int UNAVAILABLE = 503;

    private final ControlParts parts;
    private final Gate gate;

    Health(ControlParts parts, Gate gate) {
        this.parts = parts;
        this.gate = gate;
    }

    void alive(RoutingContext context) {
        requireAsked(context);
        answer(context, true, null);
    }

    void ready(RoutingContext context) {
        requireAsked(context);
        String conflict = parts.conflict().get().orElse(null);
        if (conflict != null) {
            answer(context, false, new Readiness(false, "conflict", conflict));
            return;
        }
        parts.bus()
                .request(StatusCommands.READY, Nothing.NOTHING)
                .onSuccess(readiness -> answer(context, readiness.ready(), readiness))
                .onFailure(failure -> answer(context, false, new Readiness(false, "unknown", reason(failure))));
    }

    private static String reason(Throwable failure) {
        CommandException known = CommandException.from(failure);
        return known.code() == FailureCode.UNAVAILABLE ? "the manager is starting or stopping" : known.detail();
    }

    private static void requireAsked(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            return;
        }
        context.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
        throw CommandException.of(FailureCode.METHOD_NOT_ALLOWED, "known here are GET, HEAD");
    }

    private void answer(RoutingContext context, boolean good, Readiness why) {
        ObjectNode body = Json.object();
        body.put("status", good ? "ok" : "unavailable");
        if (why != null && gate.knows(context.request())) {
            body.put("state", why.state());
            if (why.reason() != null) {
                body.put("reason", why.reason());
            }
        }
        Answers.send(context, good ? 200 : UNAVAILABLE, Answers.JSON, Json.text(body) + "\n");
    }
}
