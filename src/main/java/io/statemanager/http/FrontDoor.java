package io.statemanager.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;

/**
 * The shared port: requests for the control host go to the control interface, all others to the application. What two readers could take for
 * different requests (two hosts, a transfer coding that we do not decode, a target that names another host) is refused before that. Confined
 * to the server's context.
 */
final class FrontDoor implements Handler<HttpServerRequest> {
    private final ControlHost controlHost;
    private final Handler<HttpServerRequest> control;
    private final Handler<HttpServerRequest> application;

    FrontDoor(ControlHost controlHost, Handler<HttpServerRequest> control, Handler<HttpServerRequest> application) {
        this.controlHost = controlHost;
        this.control = control;
        this.application = application;
    }

    @Override
    public void handle(HttpServerRequest request) {
        String fault = ambiguity(request);
        if (fault != null) {
            request.response()
                    .setStatusCode(400)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .putHeader(HttpHeaders.CONNECTION, "close")
                    .end(fault + "\n")
                    .onComplete(sent -> request.connection().close());
        } else if (application == null || controlHost.isAskedBy(request)) {
            control.handle(request);
        } else {
            application.handle(request);
        }
    }

    private static String ambiguity(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return null;
        }
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        if (hosts.size() > 1 || (hosts.size() == 1 && !hosts.get(0).isEmpty() && request.authority() == null)) {
            return "one valid Host is expected";
        }
        if (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_1) {
            return "a Host is expected";
        }
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        if (codings.size() > 1
                || (codings.size() == 1 && !codings.get(0).strip().equalsIgnoreCase("chunked"))) {
            return "chunked is the only transfer coding";
        }
        if (!codings.isEmpty() && request.version() == HttpVersion.HTTP_1_0) {
            return "HTTP/1.0 has no transfer coding";
        }
        String target = request.uri();
        boolean plain = target.startsWith("/")
                || (target.equals("*") && request.method().equals(HttpMethod.OPTIONS));
        return plain ? null : "a target that begins with / is expected";
    }
}
