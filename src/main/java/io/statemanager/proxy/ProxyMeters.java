package io.statemanager.proxy;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the proxy counts: requests by the class of their answer, those under way, those that wait. Safe for any thread. */
final class ProxyMeters implements MeterBinder {
    private static final int CLASSES = 6;

    private final LongAdder[] answered = new LongAdder[CLASSES];
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();

    ProxyMeters() {
        for (int i = 0; i < CLASSES; i++) {
            answered[i] = new LongAdder();
        }
    }

    void begin() {
        underWay.incrementAndGet();
    }

    /** Counts a request's answer; 0 stands for a client that went away before one. */
    void end(HttpServerResponse response) {
        underWay.decrementAndGet();
        boolean gone = response.closed() && !response.ended();
        answered[gone ? 0 : Math.min(response.getStatusCode() / 100, CLASSES - 1)].increment();
    }

    void held(int count) {
        held.set(count);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (int i = 0; i < CLASSES; i++) {
            FunctionCounter.builder("state.manager.proxy.requests", answered[i], LongAdder::sum)
                    .tag("code", i == 0 ? "none" : i + "xx")
                    .description("Requests to the application, by the class of their answer")
                    .register(registry);
        }
        Gauge.builder("state.manager.proxy.requests.active", underWay, AtomicInteger::get)
                .description("Requests to the application that are under way")
                .register(registry);
        Gauge.builder("state.manager.proxy.requests.held", held, AtomicInteger::get)
                .description("Requests that wait for the application")
                .register(registry);
    }
}
