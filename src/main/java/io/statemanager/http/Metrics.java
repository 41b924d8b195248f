package io.statemanager.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.statemanager.bus.CommandException;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;

/**
 * The one registry of measures and how it is read. Every name begins with {@code state_manager_} (what Vert.x and the JVM measure included),
 * except those that are Litestream's; no label is ever an id, a path or an address of a client. Made before Vert.x, which measures itself by
 * {@link #factory} and {@link #options}. Safe for any thread.
 */
public final class Metrics implements AutoCloseable {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final String OURS = "state.manager.";
    private static final String LITESTREAM = "litestream.";
    private static final String COMMANDS = OURS + "commands";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();

    public Metrics() {
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                String name = id.getName().replace('_', '.');
                return name.startsWith(OURS) || name.startsWith(LITESTREAM) ? id : foreign(id);
            }

            /** The JVM's memory pools are called ids there. */
            private Meter.Id foreign(Meter.Id id) {
                String pool = id.getTag("id");
                Meter.Id named = id.withName(OURS + id.getName());
                return pool == null
                        ? named
                        : named.replaceTags(Tags.of(id.getTags().stream()
                                        .filter(tag -> !tag.getKey().equals("id"))
                                        .toList())
                                .and("pool", pool));
            }
        });
    }

    /** What Vert.x measures itself with. */
    public VertxMetricsFactory factory() {
        return new MicrometerMetricsFactory(registry);
    }

    /** To go with {@link #factory}: only labels with few values, so never an event-bus address (a reply's is random). */
    public MetricsOptions options() {
        return new MicrometerMetricsOptions()
                .setEnabled(true)
                .setJvmMetricsEnabled(false)
                .setLabels(EnumSet.of(
                        Label.HTTP_METHOD, Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME, Label.EB_SIDE));
    }

    /** Adds what the JVM says of itself. */
    public Metrics withJvm() {
        collector.bindTo(registry);
        return bind(
                new JvmMemoryMetrics(),
                new JvmThreadMetrics(),
                new ClassLoaderMetrics(),
                new ProcessorMetrics(),
                new UptimeMetrics());
    }

    /** Adds the measures of other rooms; names with dots, {@code state.manager.checkpoint.duration}. */
    public Metrics bind(MeterBinder... binders) {
        for (MeterBinder binder : binders) {
            binder.bindTo(registry);
        }
        return this;
    }

    /** Where other rooms register what they measure. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Everything in Prometheus' text format. */
    String scrape() {
        return registry.scrape();
    }

    Timer.Sample begin() {
        return Timer.start(registry);
    }

    void answered(String operation, Throwable cause, Timer.Sample begun) {
        String code = cause == null ? "ok" : CommandException.from(cause).code().text();
        begun.stop(Timer.builder(COMMANDS)
                .description("Commands through the HTTP door, by their outcome")
                .tag("operation", operation)
                .tag("code", code)
                .register(registry));
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
