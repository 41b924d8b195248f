package io.statemanager.http;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.runtime.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Opens HTTP servers, on ports and on unix sockets, all with the same limits. A place that cannot be listened on is an error that names it.
 */
final class Listeners {
    private static final long QUIET_MS = 60_000;
    private static final int LARGEST_HEAD = 64 << 10;
    private static final int LONGEST_LINE = 16 << 10;

    private final Vertx vertx;
    private final ConnectionWatch watch;
    private final long quietMs;

    Listeners(Vertx vertx) {
        this(vertx, QUIET_MS);
    }

    Listeners(Vertx vertx, long quietMs) {
        this.vertx = vertx;
        this.quietMs = quietMs;
        this.watch = new ConnectionWatch(vertx, quietMs);
    }

    Future<HttpServer> open(Endpoint.Tcp endpoint, Handler<HttpServerRequest> handler) {
        return server(handler)
                .listen(SocketAddress.inetSocketAddress(endpoint.port(), endpoint.host()))
                .recover(cause -> Future.failedFuture(failure(endpoint, cause)));
    }

    Future<HttpServer> open(Path socket, Handler<HttpServerRequest> handler) {
        HttpServer server = server(handler);
        return blocking(() -> UnixSocket.prepare(socket))
                .compose(v -> server.listen(SocketAddress.domainSocketAddress(socket.toString()))
                        .recover(cause -> Future.failedFuture(failure(new Endpoint.Unix(socket), cause))))
                .compose(v -> blocking(() -> UnixSocket.protect(socket)))
                .map(server);
    }

    /** Runs file calls on a worker. */
    Future<Void> blocking(Runnable work) {
        return vertx.executeBlocking(
                (Callable<Void>) () -> {
                    work.run();
                    return null;
                },
                false);
    }

    private HttpServer server(Handler<HttpServerRequest> handler) {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxHeaderSize(LARGEST_HEAD)
                .setMaxInitialLineLength(LONGEST_LINE)
                .setCompressionSupported(false)
                // Until the first request; then the watch takes over.
                .setIdleTimeout(Math.toIntExact(quietMs))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpKeepAlive(true);
        return vertx.createHttpServer(options)
                .connectionHandler(watch::opened)
                .invalidRequestHandler(watch::invalid)
                .requestHandler(watch.around(handler));
    }

    static CommandException failure(Endpoint endpoint, Throwable cause) {
        String reason =
                cause instanceof java.net.BindException ? "the address is in use or not ours" : cause.toString();
        return CommandException.of(FailureCode.UNAVAILABLE, "cannot listen on " + endpoint + ": " + reason, cause)
                .withHint("is another manager running? another port: --listen, --control-listen");
    }
}
