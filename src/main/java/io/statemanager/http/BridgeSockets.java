package io.statemanager.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Function;

/**
 * Puts a {@link BridgeConnection} between the library's bridge and its sockets. The bridge makes its server itself and has no bounds: it reads
 * frames of up to 2 GiB into memory and writes to a reader that takes nothing without end. So it gets a Vert.x whose servers hand out sockets
 * that do neither.
 */
final class BridgeSockets {
    private BridgeSockets() {}

    static Vertx over(Vertx vertx, Function<NetSocket, BridgeConnection> connections) {
        return proxy(Vertx.class, vertx, (method, arguments, next) -> {
            Object result = next.call();
            return result instanceof NetServer server && method.equals("createNetServer")
                    ? server(server, connections)
                    : result;
        });
    }

    private static NetServer server(NetServer server, Function<NetSocket, BridgeConnection> connections) {
        return proxy(NetServer.class, server, (method, arguments, next) -> {
            if (!method.equals("connectHandler")) {
                return next.call();
            }
            @SuppressWarnings("unchecked")
            Handler<NetSocket> handler = (Handler<NetSocket>) arguments[0];
            server.connectHandler(socket -> handler.handle(socket(socket, connections.apply(socket))));
            return server;
        });
    }

    private static NetSocket socket(NetSocket socket, BridgeConnection connection) {
        return proxy(NetSocket.class, socket, (method, arguments, next) -> {
            if (method.equals("handler")) {
                @SuppressWarnings("unchecked")
                Handler<Buffer> handler = (Handler<Buffer>) arguments[0];
                connection.deliverTo(handler);
                return socket;
            }
            if (method.equals("write") && arguments[0] instanceof Buffer frame) {
                return connection.write(frame)
                        ? Future.succeededFuture()
                        : Future.failedFuture("the reader is too slow");
            }
            return next.call();
        });
    }

    /** What happens at a call; {@code next} is the call itself. */
    private interface Around {
        Object call(String method, Object[] arguments, Call next) throws Throwable;
    }

    private interface Call {
        Object call() throws Throwable;
    }

    private static <T> T proxy(Class<T> type, T target, Around around) {
        InvocationHandler handler = (proxy, method, arguments) -> around.call(method.getName(), arguments, () -> {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
