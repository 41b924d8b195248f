package io.statemanager.http;

import io.micrometer.core.instrument.Timer;
import io.statemanager.bus.Bus;
import io.statemanager.bus.Command;
import io.statemanager.bus.Route;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * One public command behind its HTTP routes: reads the request record, asks on the bus, writes the reply; as lines where the caller follows.
 * Confined to the server's context.
 */
final class CommandRoute<Q, R> implements Handler<RoutingContext> {
    private final Command<Q, R> command;
    private final boolean followable;
    private final RequestReader<Q> reader;
    private final Bus bus;
    private final Metrics metrics;

    CommandRoute(Command<Q, R> command, Bus bus, Metrics metrics) {
        this.command = command;
        this.followable = command.route().map(Route::followed).orElse(false);
        this.reader = new RequestReader<>(command);
        this.bus = bus;
        this.metrics = metrics;
    }

    @Override
    public void handle(RoutingContext context) {
        Q request = reader.read(BodyReader.of(context).getBytes(), context.pathParams(), context.queryParams());
        Timer.Sample begun = metrics.begin();
        if (followable && wantsLines(context)) {
            FollowedAnswer answer = new FollowedAnswer(context);
            bus.follow(command, request, answer::progress)
                    .onComplete(result -> metrics.answered(command.address(), result.cause(), begun))
                    .onSuccess(answer::complete)
                    .onFailure(answer::fail);
        } else {
            bus.request(command, request)
                    .onComplete(result -> metrics.answered(command.address(), result.cause(), begun))
                    .onSuccess(reply -> Answers.json(context, reply))
                    .onFailure(context::fail);
        }
    }

    private static boolean wantsLines(RoutingContext context) {
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        return accept != null && accept.contains(FollowedAnswer.CONTENT_TYPE);
    }
}
