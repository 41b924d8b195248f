package io.statemanager.http;

import io.statemanager.bus.Commands;
import io.statemanager.bus.Events;
import io.statemanager.runtime.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.bridge.BridgeOptions;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.eventbus.bridge.tcp.TcpEventBusBridge;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The event-bus door: Vert.x's TCP bridge on {@code bus.sock}, and on a loopback port where one is asked for. Inward it permits exactly the
 * addresses of the public commands, outward the events, and nothing else; {@link BridgeConnection} adds what the bridge lacks.
 */
public final class BridgeVerticle extends VerticleBase {
    private final BridgeSettings settings;
    private final Token token;
    private final Supplier<Optional<String>> conflict;
    private final List<TcpEventBusBridge> bridges = new ArrayList<>();

    /** @param conflict the sentence of a configuration conflict, which every command then answers */
    public BridgeVerticle(BridgeSettings settings, Token token, Supplier<Optional<String>> conflict) {
        this.settings = settings;
        this.token = token;
        this.conflict = conflict;
    }

    @Override
    public Future<?> start() {
        Listeners listeners = new Listeners(vertx);
        Endpoint.Unix socket = new Endpoint.Unix(settings.socket());
        return listeners
                .blocking(() -> UnixSocket.prepare(settings.socket()))
                .compose(v ->
                        open(SocketAddress.domainSocketAddress(settings.socket().toString()), socket, Optional.empty()))
                .compose(v -> listeners.blocking(() -> UnixSocket.protect(settings.socket())))
                .compose(v -> settings.listen().isPresent()
                        ? open(
                                address(settings.listen().get()),
                                settings.listen().get(),
                                Optional.of(token))
                        : Future.succeededFuture());
    }

    private static SocketAddress address(Endpoint.Tcp endpoint) {
        return SocketAddress.inetSocketAddress(endpoint.port(), endpoint.host());
    }

    private Future<Void> open(SocketAddress address, Endpoint endpoint, Optional<Token> asked) {
        TcpEventBusBridge bridge = TcpEventBusBridge.create(
                BridgeSockets.over(vertx, socket -> new BridgeConnection(socket, asked, conflict)),
                permissions(),
                new NetServerOptions());
        return bridge.listen(address)
                .onSuccess(bridges::add)
                .recover(cause -> Future.failedFuture(Listeners.failure(endpoint, cause)))
                .mapEmpty();
    }

    private static BridgeOptions permissions() {
        BridgeOptions options = new BridgeOptions();
        Commands.PUBLIC.forEach(
                command -> options.addInboundPermitted(new PermittedOptions().setAddress(command.address())));
        Events.TOPICS.forEach(
                topic -> options.addOutboundPermitted(new PermittedOptions().setAddress("event." + topic)));
        return options;
    }

    @Override
    public Future<?> stop() {
        return Future.join(bridges.stream().map(TcpEventBusBridge::close).toList())
                .eventually(() -> new Listeners(vertx).blocking(() -> UnixSocket.remove(settings.socket())));
    }
}
