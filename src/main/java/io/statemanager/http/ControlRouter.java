package io.statemanager.http;

import io.statemanager.bus.Command;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.Commands;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Route;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Mounts the control interface: the public commands by their descriptions, health, metrics, description and events by hand. Used while a
 * verticle starts, on its context.
 */
final class ControlRouter {
    private final Router router;
    private final Map<String, Set<String>> methods = new LinkedHashMap<>();

    private ControlRouter(Vertx vertx) {
        this.router = Router.router(vertx);
    }

    /**
     * @param trusted whether who connects has proven itself by the socket's file mode
     */
    static Router create(Vertx vertx, ControlParts parts, EventStreams streams, boolean trusted) {
        ControlRouter control = new ControlRouter(vertx);
        Gate gate = new Gate(parts, trusted);
        Health health = new Health(parts, gate);
        control.router.route().handler(new RequestIds()).failureHandler(new ProblemAnswer());
        control.router.errorHandler(400, context -> malformed(context, gate));
        control.router.route("/healthz").handler(health::alive);
        control.router.route("/readyz").handler(health::ready);
        control.router.route().handler(gate);
        control.router.route().handler(PathForm::check);
        Commands.PUBLIC.forEach(command -> control.mount(command, parts));
        control.get(
                "/metrics",
                context -> Answers.send(
                        context, 200, Metrics.CONTENT_TYPE, parts.metrics().scrape()));
        control.get("/openapi.json", context -> Answers.send(context, 200, Answers.JSON, OpenApi.text()));
        control.get("/events", streams);
        control.refuseOtherMethods();
        control.router.route().handler(ControlRouter::notFound);
        return control.router;
    }

    private <Q, R> void mount(Command<Q, R> command, ControlParts parts) {
        Route route = command.route().orElseThrow();
        Handler<RoutingContext> handler = new CommandRoute<>(command, parts.bus(), parts.metrics());
        for (String path : route.paths()) {
            String pattern = path.replaceAll("\\{(\\w+)}", ":$1");
            mount(route.method(), pattern, handler);
            if (route.method().equals("GET")) {
                mount("HEAD", pattern, handler);
            }
        }
    }

    private void get(String path, Handler<RoutingContext> handler) {
        mount("GET", path, handler);
        mount("HEAD", path, handler);
    }

    private void mount(String method, String pattern, Handler<RoutingContext> handler) {
        methods.computeIfAbsent(pattern, path -> new TreeSet<>()).add(method);
        router.route(HttpMethod.valueOf(method), pattern)
                .handler(BodyReader::read)
                .handler(handler);
    }

    private void refuseOtherMethods() {
        methods.forEach((pattern, known) -> {
            String allow = String.join(", ", known);
            router.route(pattern).handler(context -> {
                context.response().putHeader(HttpHeaders.ALLOW, allow);
                throw CommandException.of(
                        FailureCode.METHOD_NOT_ALLOWED,
                        context.request().method() + " is not known here; known are " + allow);
            });
        });
    }

    /** The router's own refusal of a path, before any handler: it tells no more to a stranger than the gate does. */
    private static void malformed(RoutingContext context, Gate gate) {
        RequestIds.assign(context);
        ProblemAnswer.tell(context, gate.knows(context.request()) ? PathForm.malformed() : gate.stranger(context));
    }

    private static void notFound(RoutingContext context) {
        throw CommandException.of(FailureCode.NOT_FOUND, "there is nothing at this path")
                .withHint("GET /openapi.json describes everything that there is");
    }
}
