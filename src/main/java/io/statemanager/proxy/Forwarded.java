package io.statemanager.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Tells the application who asked and how: {@code X-Forwarded-For}, {@code -Proto}, {@code -Host}, {@code -Port} and {@code Forwarded} (RFC
 * 7239). What a proxy before us said is kept and continued where it comes from a loopback or private address; from anybody else it is a claim,
 * and replaced.
 */
final class Forwarded {
    private static final String FOR = "X-Forwarded-For";
    private static final String PROTO = "X-Forwarded-Proto";
    private static final String HOST = "X-Forwarded-Host";
    private static final String PORT = "X-Forwarded-Port";
    private static final String FORWARDED = "Forwarded";

    private Forwarded() {}

    /** @param host the {@code Host} as it came, or null */
    static void set(HttpServerRequest request, String host, MultiMap headers) {
        SocketAddress peer = request.remoteAddress();
        String client = peer == null || peer.hostAddress() == null ? "unknown" : peer.hostAddress();
        if (!isTrusted(client)) {
            for (String name : new String[] {FOR, PROTO, HOST, PORT, FORWARDED}) {
                headers.remove(name);
            }
        }
        append(headers, FOR, client);
        setIfAbsent(headers, PROTO, request.scheme());
        if (host != null) {
            setIfAbsent(headers, HOST, host);
        }
        if (request.localAddress() != null && request.localAddress().port() > 0) {
            setIfAbsent(headers, PORT, Integer.toString(request.localAddress().port()));
        }
        append(headers, FORWARDED, element(client, host, request.scheme()));
    }

    private static String element(String client, String host, String scheme) {
        String node = client.indexOf(':') < 0 ? client : "\"[" + client + "]\"";
        String named = host == null || !host.matches("[A-Za-z0-9.:\\[\\]_-]+")
                ? ""
                : ";host=" + (host.matches("[A-Za-z0-9._-]+") ? host : "\"" + host + "\"");
        return "for=" + node + named + ";proto=" + scheme;
    }

    private static void append(MultiMap headers, String name, String value) {
        java.util.List<String> given = headers.getAll(name);
        headers.set(name, given.isEmpty() ? value : String.join(", ", given) + ", " + value);
    }

    private static void setIfAbsent(MultiMap headers, String name, String value) {
        if (!headers.contains(name)) {
            headers.set(name, value);
        }
    }

    private static boolean isTrusted(String client) {
        if (client.equals("unknown")) {
            return true;
        }
        try {
            // A literal: nothing is looked up.
            InetAddress address = InetAddress.getByName(client);
            boolean unique = address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
            return unique
                    || address.isLoopbackAddress()
                    || address.isSiteLocalAddress()
                    || address.isLinkLocalAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
