package io.statemanager.http;

import static io.statemanager.support.VertxFixture.await;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Events;
import io.statemanager.runtime.Endpoint;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.Optional;

/** The HTTP door on free ports and a socket below a test's directory, with the token {@value #TOKEN}. */
public final class ControlFixture {
    public static final String TOKEN = "s3cret-token";
    public static final String BEARER = "Authorization: Bearer " + TOKEN;
    public static final String CONTROL_HOST = "fly-app-controller";

    public final Bus bus;
    public final Events events;
    final Metrics metrics = new Metrics();
    public final Path socket;
    volatile String conflict;
    private final Vertx vertx;
    private HttpVerticle verticle;
    private String deployment;

    public ControlFixture(Vertx vertx, Path directory) {
        this.vertx = vertx;
        this.bus = new Bus(vertx);
        this.events = new Events(vertx);
        this.socket = directory.resolve("control.sock");
    }

    public ControlFixture start(Handler<HttpServerRequest> application) {
        Endpoint.Tcp free = new Endpoint.Tcp("127.0.0.1", 0);
        verticle = new HttpVerticle(
                new HttpSettings(free, Optional.of(free), CONTROL_HOST, socket),
                new ControlParts(bus, events, Token.of(TOKEN), metrics, () -> Optional.ofNullable(conflict)),
                application);
        deployment = await(vertx.deployVerticle(verticle));
        return this;
    }

    void stop() {
        await(vertx.undeploy(deployment));
    }

    public int port() {
        return verticle.port();
    }

    public int controlPort() {
        return verticle.controlPort();
    }
}
