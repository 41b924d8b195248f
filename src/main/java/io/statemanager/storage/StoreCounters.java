package io.statemanager.storage;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * What has been asked of a store: requests, failures and repetitions by kind, bytes, and how many are on their way. A request is what
 * is paid for: each attempt, each part and each page counts. Safe for any thread; figures of different meters are not one snapshot.
 */
public final class StoreCounters {

    /** Kinds of requests, as providers bill them. */
    public enum Kind {
        LIST,
        GET,
        HEAD,
        PUT,
        CREATE_UPLOAD,
        UPLOAD_PART,
        COMPLETE_UPLOAD,
        ABORT_UPLOAD,
        COPY,
        DELETE;

        /** Whether such a request can change what others see, so that a lost answer leaves something open. */
        public boolean changesObjects() {
            return this == PUT || this == COMPLETE_UPLOAD || this == COPY || this == DELETE;
        }

        /** As a label, for instance {@code upload_part}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Kind, LongAdder> requests = new EnumMap<>(Kind.class);
    private final Map<Kind, LongAdder> retries = new EnumMap<>(Kind.class);
    private final Map<Failure, LongAdder> failures = new ConcurrentHashMap<>();
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder inFlight = new LongAdder();

    public StoreCounters() {
        for (Kind kind : Kind.values()) {
            requests.put(kind, new LongAdder());
            retries.put(kind, new LongAdder());
        }
    }

    /** A request leaves. */
    public void begun(Kind kind) {
        requests.get(kind).increment();
        inFlight.increment();
    }

    /** Its answer has come, or never will. */
    public void ended() {
        inFlight.decrement();
    }

    public void failed(Kind kind, StoreError error) {
        failures.computeIfAbsent(new Failure(kind, error), this::firstFailure).increment();
    }

    public void repeated(Kind kind) {
        retries.get(kind).increment();
    }

    public void sent(long bytes) {
        bytesSent.add(bytes);
    }

    public void received(long bytes) {
        bytesReceived.add(bytes);
    }

    public long requests(Kind kind) {
        return requests.get(kind).sum();
    }

    public long requests() {
        return requests.values().stream().mapToLong(LongAdder::sum).sum();
    }

    public long retries(Kind kind) {
        return retries.get(kind).sum();
    }

    public long failures(Kind kind, StoreError error) {
        LongAdder sum = failures.get(new Failure(kind, error));
        return sum == null ? 0 : sum.sum();
    }

    public long failures(Kind kind) {
        return Stream.of(StoreError.values())
                .mapToLong(error -> failures(kind, error))
                .sum();
    }

    public long bytesSent() {
        return bytesSent.sum();
    }

    public long bytesReceived() {
        return bytesReceived.sum();
    }

    public long inFlight() {
        return inFlight.sum();
    }

    /** Shows all of this in a registry; kinds of failures appear there with their first case. */
    public void bindTo(MeterRegistry registry) {
        registries.add(registry);
        failures.forEach((failure, sum) -> show(registry, failure, sum));
        for (Kind kind : Kind.values()) {
            count(registry, "state_manager_store_requests", "Requests to the store", kind, requests.get(kind));
            count(registry, "state_manager_store_retries", "Requests that were sent again", kind, retries.get(kind));
        }
        FunctionCounter.builder("state_manager_store_sent_bytes", bytesSent, LongAdder::sum)
                .description("Bytes of object content sent to the store")
                .register(registry);
        FunctionCounter.builder("state_manager_store_received_bytes", bytesReceived, LongAdder::sum)
                .description("Bytes of object content received from the store")
                .register(registry);
        Gauge.builder("state_manager_store_in_flight", inFlight, LongAdder::sum)
                .description("Requests to the store on their way")
                .register(registry);
    }

    private LongAdder firstFailure(Failure failure) {
        LongAdder sum = new LongAdder();
        registries.forEach(registry -> show(registry, failure, sum));
        return sum;
    }

    private static void show(MeterRegistry registry, Failure failure, LongAdder sum) {
        FunctionCounter.builder("state_manager_store_failures", sum, LongAdder::sum)
                .description("Requests to the store that failed")
                .tag("operation", failure.kind.label())
                .tag("code", failure.error.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private static void count(MeterRegistry registry, String name, String text, Kind kind, LongAdder sum) {
        FunctionCounter.builder(name, sum, LongAdder::sum)
                .description(text)
                .tag("operation", kind.label())
                .register(registry);
    }

    private record Failure(Kind kind, StoreError error) {}
}
