package io.statemanager.http;

import io.statemanager.runtime.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The HTTP door: the shared port, the control interface's own port where one is asked for, and {@code control.sock}. Deployed first, so that
 * status is answered from the first moment on; what its commands need may come later.
 */
public final class HttpVerticle extends VerticleBase {
    private final HttpSettings settings;
    private final ControlParts parts;
    private final Handler<HttpServerRequest> application;
    private final List<HttpServer> servers = new ArrayList<>();
    private volatile int port;
    private volatile int controlPort;

    /**
     * @param application the proxy to the application, or null where there is no target: then every host reaches the control interface
     */
    public HttpVerticle(HttpSettings settings, ControlParts parts, Handler<HttpServerRequest> application) {
        this.settings = settings;
        this.parts = parts;
        this.application = application;
    }

    @Override
    public Future<?> start() {
        EventStreams streams = new EventStreams(parts.events());
        Handler<HttpServerRequest> open = ControlRouter.create(vertx, parts, streams, false);
        Handler<HttpServerRequest> trusted = ControlRouter.create(vertx, parts, streams, true);
        Handler<HttpServerRequest> front =
                application == null ? open : new FrontDoor(settings.controlHost(), open, application);
        Listeners listeners = new Listeners(vertx);
        return listeners
                .open(settings.controlSocket(), trusted)
                .onSuccess(servers::add)
                .compose(v -> controlListener(listeners, open))
                .compose(v -> listeners.open(settings.listen(), front))
                .onSuccess(server -> {
                    servers.add(server);
                    port = server.actualPort();
                });
    }

    private Future<?> controlListener(Listeners listeners, Handler<HttpServerRequest> control) {
        if (settings.controlListen().isEmpty()) {
            return Future.succeededFuture();
        }
        Endpoint.Tcp endpoint = settings.controlListen().get();
        return listeners.open(endpoint, control).onSuccess(server -> {
            servers.add(server);
            controlPort = server.actualPort();
        });
    }

    /** The shared port that was opened, once started. Safe for any thread. */
    public int port() {
        return port;
    }

    /** The control interface's own port, 0 where there is none. Safe for any thread. */
    public int controlPort() {
        return controlPort;
    }

    @Override
    public Future<?> stop() {
        return Future.join(servers.stream().map(HttpServer::close).toList())
                .eventually(() -> new Listeners(vertx).blocking(() -> UnixSocket.remove(settings.controlSocket())));
    }
}
