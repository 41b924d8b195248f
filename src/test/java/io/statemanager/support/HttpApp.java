package io.statemanager.support;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Executors;

/** A small web application: answers each request with what it got, and its own pid. Its argument is the port. */
public final class HttpApp {
    private HttpApp() {}

    public static void main(String[] arguments) throws IOException {
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), 1000);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.createContext("/", exchange -> {
            JsonObject headers = new JsonObject();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
            byte[] answer = new JsonObject()
                    .put("pid", ProcessHandle.current().pid())
                    .put("method", exchange.getRequestMethod())
                    .put("path", exchange.getRequestURI().toString())
                    .put("headers", headers)
                    .put("body", new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                    .encode()
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }
}
