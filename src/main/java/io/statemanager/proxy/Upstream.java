package io.statemanager.proxy;

import io.statemanager.runtime.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.function.Predicate;

/**
 * The application's side: connections to the target and the heads of requests to it. Ordinary requests and upgraded connections have pools of
 * their own, so that long-lived ones never starve the others. Idle connections are given up before the usual application servers do it (some
 * after two seconds), or a request would meet a connection that is just being closed. A request that met one all the same goes on a connection
 * that nobody has used: an application that ends takes all that were kept with it.
 */
final class Upstream {
    private static final int CONNECTIONS = 1024;
    private static final int QUEUED = 1024;
    private static final int KEEP_ALIVE_SECONDS = 1;
    private static final int LARGEST_HEAD = 64 << 10;
    private static final int LONGEST_LINE = 16 << 10;

    private final SocketAddress server;
    private final String name;
    private final Predicate<String> isControlToken;
    private final HttpClient plain;
    private final HttpClient unused;
    private final HttpClient upgraded;

    Upstream(Vertx vertx, Endpoint target, ProxyOptions options, Predicate<String> isControlToken) {
        this.server = ReverseProxy.address(target);
        this.name = target instanceof Endpoint.Tcp tcp ? tcp.toString() : "localhost";
        this.isControlToken = isControlToken;
        HttpClientOptions client = new HttpClientOptions()
                .setConnectTimeout(Math.toIntExact(options.connectTimeout().toMillis()))
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxHeaderSize(LARGEST_HEAD)
                .setMaxInitialLineLength(LONGEST_LINE)
                .setDecompressionSupported(false);
        this.plain = client(vertx, client);
        this.upgraded = client(vertx, client);
        this.unused = client(vertx, new HttpClientOptions(client).setKeepAlive(false));
    }

    private static HttpClient client(Vertx vertx, HttpClientOptions options) {
        return vertx.createHttpClient(
                options, new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(QUEUED));
    }

    /** A connected request with the head that the application gets; the body and its framing are the caller's. */
    Future<HttpClientRequest> request(HttpServerRequest from) {
        return connect(plain, from);
    }

    /** The same on a new connection, which serves this request alone. */
    Future<HttpClientRequest> requestAnew(HttpServerRequest from) {
        return connect(unused, from);
    }

    /** The same for one that is to become a raw connection. */
    Future<HttpClientRequest> upgrade(HttpServerRequest from) {
        return connect(upgraded, from);
    }

    private Future<HttpClientRequest> connect(HttpClient client, HttpServerRequest from) {
        RequestOptions options = new RequestOptions()
                .setServer(server)
                .setHost(server.isInetSocket() ? server.host() : "localhost")
                .setPort(server.isInetSocket() ? server.port() : 80)
                .setMethod(from.method())
                .setURI(from.uri());
        return client.request(options).map(request -> {
            head(from, request.headers());
            // The failed future tells; without a handler the client logs each connection that a restart closes.
            return request.exceptionHandler(told -> {});
        });
    }

    private void head(HttpServerRequest from, MultiMap headers) {
        Headers.copy(from.headers(), headers);
        // HTTP/2 has it outside the headers.
        String given = from.getHeader(HttpHeaders.HOST);
        String asked = given != null || from.authority() == null
                ? given
                : from.authority().toString();
        headers.set(HttpHeaders.HOST, asked == null || asked.isEmpty() ? name : asked);
        if (Headers.has(from.headers(), "te", "trailers")) {
            headers.set("te", "trailers");
        }
        Forwarded.set(from, asked, headers);
        dropControlToken(headers);
    }

    private void dropControlToken(MultiMap headers) {
        java.util.List<String> given = headers.getAll(HttpHeaders.AUTHORIZATION);
        if (given.stream().anyMatch(isControlToken)) {
            headers.remove(HttpHeaders.AUTHORIZATION);
            given.stream()
                    .filter(isControlToken.negate())
                    .forEach(other -> headers.add(HttpHeaders.AUTHORIZATION, other));
        }
    }

    Future<Void> close() {
        return Future.join(plain.close(), unused.close(), upgraded.close()).mapEmpty();
    }
}
