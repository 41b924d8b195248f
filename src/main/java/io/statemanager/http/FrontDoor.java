package io.statemanager.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;

/**
 * The shared port: requests whose {@code Host} is the control host go to the control interface, all others to the application. The host is
 * compared without case, port and trailing dot, so that no other spelling carries the token to the application. Confined to the server's
 * context.
 */
final class FrontDoor implements Handler<HttpServerRequest> {
    private final String controlHost;
    private final Handler<HttpServerRequest> control;
    private final Handler<HttpServerRequest> application;

    FrontDoor(String controlHost, Handler<HttpServerRequest> control, Handler<HttpServerRequest> application) {
        this.controlHost = plain(controlHost);
        this.control = control;
        this.application = application;
    }

    @Override
    public void handle(HttpServerRequest request) {
        boolean isControl =
                request.authority() != null && plain(request.authority().host()).equals(controlHost);
        (isControl ? control : application).handle(request);
    }

    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
