package io.statemanager.proxy;

import static io.statemanager.support.VertxFixture.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.statemanager.runtime.Endpoint;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.function.Supplier;

/** A proxy on a free port before an application that a test provides. */
final class ProxyFixture {
    static final String TOKEN = "Bearer s3cret";

    volatile boolean mayServe = true;
    volatile Availability availability = Availability.up();
    volatile Supplier<Availability> onAvailability = () -> availability;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Vertx vertx;
    private ReverseProxy proxy;
    private HttpServer front;

    ProxyFixture(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Starts before a handler of this JVM. */
    ProxyFixture before(Handler<HttpServerRequest> application) {
        HttpServer backend = await(vertx.createHttpServer(new HttpServerOptions().setMaxWebSocketFrameSize(1 << 20))
                .requestHandler(application)
                .listen(0, "127.0.0.1"));
        return before(new Endpoint.Tcp("127.0.0.1", backend.actualPort()));
    }

    ProxyFixture before(Endpoint target) {
        return before(target, ProxyOptions.defaults().withHold(Duration.ofSeconds(20), 3));
    }

    ProxyFixture before(Endpoint target, ProxyOptions options) {
        proxy = new ReverseProxy(
                vertx, target, options, new Application(() -> mayServe, () -> onAvailability.get(), TOKEN::equals));
        proxy.bindTo(registry);
        front = await(vertx.createHttpServer().requestHandler(proxy).listen(0, "127.0.0.1"));
        return this;
    }

    /** What a measure without labels says. */
    double gauge(String name) {
        return registry.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    int port() {
        return front.actualPort();
    }
}
