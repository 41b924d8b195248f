package io.statemanager.http;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Lets a control request through: first the token, before anything else is told, then the configuration conflict, which every request but
 * health answers. Confined to the server's context.
 */
final class Gate implements Handler<RoutingContext> {
    private final ControlParts parts;
    private final boolean trusted;

    Gate(ControlParts parts, boolean trusted) {
        this.parts = parts;
        this.trusted = trusted;
    }

    /** Whether the caller may be told more than whether we live. */
    boolean knows(HttpServerRequest request) {
        List<String> given = request.headers().getAll(HttpHeaders.AUTHORIZATION);
        return trusted || (given.size() == 1 && parts.token().isCarriedBy(given.get(0)));
    }

    /** The refusal of who does not know the token. */
    CommandException stranger(RoutingContext context) {
        context.response().putHeader("WWW-Authenticate", "Bearer");
        return CommandException.of(FailureCode.UNAUTHORIZED, "the control token is missing or wrong")
                .withHint("send it as Authorization: Bearer …; it is in CONTROLLER_TOKEN or <data-dir>/token");
    }

    @Override
    public void handle(RoutingContext context) {
        if (!knows(context.request())) {
            throw stranger(context);
        }
        parts.conflict().get().ifPresent(sentence -> {
            throw CommandException.of(FailureCode.CONFIGURATION_CONFLICT, sentence);
        });
        context.next();
    }
}
