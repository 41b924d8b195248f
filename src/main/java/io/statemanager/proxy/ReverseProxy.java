package io.statemanager.proxy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.statemanager.bus.CommandException;
import io.statemanager.runtime.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.function.Predicate;

/**
 * Takes requests to the application: refuses them while we do not own the environment, lets them wait while it starts or is frozen, carries
 * them otherwise. The owner's deadline is compared on every request.
 *
 * <p>Confined to the context of the server that calls it; {@link #bindTo} and {@link #close} may be called from any thread.
 */
public final class ReverseProxy implements Handler<HttpServerRequest>, MeterBinder {
    private static final String NOT_OURS = "this machine does not own the environment";

    private static final long ANOTHER_TRY_MS = 100;

    private final Vertx vertx;
    private final Upstream upstream;
    private final ProxyOptions options;
    private final Application application;
    private final Hold hold;
    private final ProxyMeters meters = new ProxyMeters();

    public ReverseProxy(Vertx vertx, Endpoint target, ProxyOptions options, Application application) {
        this.vertx = vertx;
        this.options = options;
        this.application = application;
        this.upstream = new Upstream(vertx, target, options, application.isControlToken());
        this.hold = new Hold(vertx, options, application.availability(), this::decide);
    }

    @Override
    public void handle(HttpServerRequest request) {
        meters.begin();
        Incoming.of(request)
                .onSuccess(
                        incoming -> decide(incoming, application.availability().get()))
                .onFailure(broken -> meters.end(request.response()));
    }

    private void decide(Incoming incoming, Availability availability) {
        if (!application.mayServe().getAsBoolean()) {
            refuse(incoming, Refusal.unavailable(NOT_OURS));
            return;
        }
        switch (availability.state()) {
            case UP -> forward(incoming);
            case DOWN -> refuse(incoming, Refusal.unavailable(availability.reason()));
            case SOON -> wait(incoming, availability.reason());
        }
        meters.held(hold.size());
    }

    private void wait(Incoming incoming, String reason) {
        if (!hold.add(incoming)) {
            refuse(incoming, Refusal.unavailable(reason));
        }
    }

    private void forward(Incoming incoming) {
        if (UpgradeRelay.isAskedFor(incoming.request())) {
            UpgradeRelay relay = new UpgradeRelay(vertx, upstream, options.responseTimeout(), incoming);
            follow(incoming, relay.run(), ReverseProxy::neverWritten);
        } else {
            Forwarding forwarding = new Forwarding(vertx, upstream, options.responseTimeout(), incoming);
            follow(incoming, forwarding.run(), cause -> neverWritten(cause) || forwarding.mayRepeat(cause));
        }
    }

    /** {@code again}: whether a failure lets the request be tried once more. */
    private void follow(Incoming incoming, Future<Void> carried, Predicate<Throwable> again) {
        carried.onSuccess(done -> meters.end(incoming.response()))
                .onFailure(cause -> failed(incoming, cause, again.test(cause)));
    }

    /** Where connections to a target go. */
    public static SocketAddress address(Endpoint target) {
        if (target instanceof Endpoint.Tcp tcp) {
            return SocketAddress.inetSocketAddress(tcp.port(), tcp.host());
        }
        return SocketAddress.domainSocketAddress(((Endpoint.Unix) target).path().toString());
    }

    /**
     * A refused connection may only mean that the application has just gone and will be back: then the request waits like any other, and so does
     * one that may be sent again. Its end may not be known here yet, so for a second a failure is looked at again.
     */
    private void failed(Incoming incoming, Throwable cause, boolean again) {
        Availability availability = application.availability().get();
        if (again && availability.state() != Availability.State.UP) {
            decide(incoming, availability);
        } else if (again && incoming.deservesAnotherTry()) {
            vertx.setTimer(ANOTHER_TRY_MS, now -> retry(incoming));
        } else {
            refuse(incoming, Refusal.of(cause));
        }
    }

    private void retry(Incoming incoming) {
        if (incoming.response().closed()) {
            meters.end(incoming.response());
        } else {
            decide(incoming, application.availability().get());
        }
    }

    private void refuse(Incoming incoming, CommandException failure) {
        Refusal.send(incoming, failure);
        meters.end(incoming.response());
    }

    private static boolean neverWritten(Throwable cause) {
        return cause instanceof ConnectException
                || (cause instanceof SocketException
                        && cause.getMessage() != null
                        && cause.getMessage().contains("No such file"));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        meters.bindTo(registry);
    }

    /** Closes the connections to the application. */
    public Future<Void> close() {
        return upstream.close();
    }
}
