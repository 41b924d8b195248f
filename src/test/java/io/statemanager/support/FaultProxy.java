package io.statemanager.support;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Stands between a client and an S3 server and spoils chosen requests: not sent on at all, or sent on and the answer spoilt, so that the
 * client cannot know of the effect. Everything else goes through unchanged, also the host, so signatures hold. Every request is
 * remembered. Safe for any thread.
 *
 * <pre>{@code
 * try (S3Server server = S3Server.start(); FaultProxy proxy = FaultProxy.inFrontOf(server.endpoint())) {
 *     proxy.failAt(3, Fault.RESET_AFTER);                                  // the third request from now on
 *     proxy.failWhen(r -> r.isPut("lease.json"), Fault.ERROR_503, 2);      // the next two that fit
 *     … proxy.endpoint() …
 *     assertThat(proxy.requests()).hasSize(4);
 * }
 * }</pre>
 */
public final class FaultProxy implements AutoCloseable {
    private static final long LIMIT_SECONDS = 20;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<Runnable> held = new CopyOnWriteArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();
    private final HttpClient client;
    private final HttpServer server;

    private FaultProxy(URI behind) {
        HttpClientOptions options = new HttpClientOptions()
                .setDefaultHost(behind.getHost())
                .setDefaultPort(behind.getPort())
                .setKeepAliveTimeout(5);
        client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(200));
        // With no linger a close is a reset, which is what a lost machine or a restarted load balancer looks like.
        server = vertx.createHttpServer(new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setSoLinger(0)
                // Clients wait for it before they send a large body.
                .setHandle100ContinueAutomatically(true));
        server.requestHandler(request -> new FaultyExchange(this, client, request).begin());
    }

    public static FaultProxy inFrontOf(URI server) {
        FaultProxy proxy = new FaultProxy(server);
        await(proxy.server.listen().toCompletionStage().toCompletableFuture());
        return proxy;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    /** Spoils the next request. */
    public void failNext(Fault fault) {
        failAt(1, fault);
    }

    /** Spoils the {@code n}-th request from now on, the next one being number 1. */
    public void failAt(int n, Fault fault) {
        int number = count.get() + n;
        failWhen(request -> request.number() == number, fault, 1);
    }

    /** Spoils the next {@code times} requests that fit. */
    public void failWhen(Predicate<Request> fits, Fault fault, int times) {
        rules.add(new Rule(fits, fault, new AtomicInteger(times)));
    }

    /** Spoils nothing any more. */
    public void healthy() {
        rules.clear();
    }

    /** Lets what {@link Fault#RESET_THEN_LATE_EFFECT} has kept back reach the server now. */
    public void releaseLate() {
        List<Runnable> all = new ArrayList<>(held);
        held.removeAll(all);
        vertx.runOnContext(v -> all.forEach(Runnable::run));
    }

    /** How many requests are kept back. */
    public int heldBack() {
        return held.size();
    }

    /** How many of those that were kept back the server has answered since. */
    public int lateAnswers() {
        return late.get();
    }

    /** Every request that arrived, in order. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** How many requests have arrived since the beginning: the last one's number. */
    public int arrived() {
        return count.get();
    }

    /** Forgets the requests; numbers for {@link #failAt} count on from here as before. */
    public void forget() {
        requests.clear();
    }

    /** Called on the event loop, in the order of arrival. */
    Fault faultFor(String method, String path, String query) {
        Request request = new Request(count.incrementAndGet(), method, path, query == null ? "" : query);
        requests.add(request);
        return rules.stream()
                .filter(rule -> rule.fits.test(request) && rule.left.getAndDecrement() > 0)
                .map(Rule::fault)
                .findFirst()
                .orElse(Fault.NONE);
    }

    void hold(Supplier<Future<?>> send) {
        held.add(() -> send.get().onComplete(answer -> late.incrementAndGet()));
    }

    private static <T> void await(CompletableFuture<T> future) {
        try {
            future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("the fault proxy", e);
        }
    }

    @Override
    public void close() {
        await(vertx.close().toCompletionStage().toCompletableFuture());
    }

    private record Rule(Predicate<Request> fits, Fault fault, AtomicInteger left) {}

    /**
     * A request as it arrived.
     *
     * @param number from 1
     * @param path still encoded, with the bucket
     * @param query still encoded, empty for none
     */
    public record Request(int number, String method, String path, String query) {
        public boolean isPut(String pathEnd) {
            return method.equals("PUT") && path.endsWith(pathEnd);
        }

        public boolean isGet(String pathEnd) {
            return method.equals("GET") && path.endsWith(pathEnd);
        }

        /** The request that makes a multipart upload an object. */
        public boolean isComplete() {
            return method.equals("POST") && query.contains("uploadId=");
        }
    }

    /** How a request is spoilt. "After" means that the server has done it; the client cannot know. */
    public enum Fault {
        NONE,
        /** 500 without asking the server. */
        ERROR_500,
        /** 503 SlowDown without asking the server. */
        ERROR_503,
        /** 403 AccessDenied without asking the server. */
        ERROR_403,
        /** 501 NotImplemented without asking the server. */
        ERROR_501,
        /** The server does it, the client is told 500. */
        ERROR_500_AFTER,
        /** The connection is reset before anything reaches the server. */
        RESET_BEFORE,
        /** The server does it and answers, then the connection is reset. */
        RESET_AFTER,
        /** Never answered, nothing reaches the server. */
        HANG_BEFORE,
        /** The server does it, the client never hears. */
        HANG_AFTER,
        /** The connection is reset at once, the server gets the request only when {@link #releaseLate} says so. */
        RESET_THEN_LATE_EFFECT,
        /** Half of the answer's body, then a reset. */
        TRUNCATE_BODY,
        /** Half of the answer's body, then silence. */
        STALL_BODY,
        /** One bit of the answer's body is turned over. */
        CORRUPT_BODY
    }
}
