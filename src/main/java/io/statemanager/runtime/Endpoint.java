package io.statemanager.runtime;

import java.nio.file.Path;

/**
 * Where something listens: {@code host:port} (an IPv6 address in brackets) or {@code unix:/path}. Immutable; its text form is what {@link #parse}
 * reads.
 */
public sealed interface Endpoint {

    /** A TCP port; 0 asks the system for a free one. */
    record Tcp(String host, int port) implements Endpoint {
        public Tcp {
            if (host.isEmpty()
                    || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '@' || c == '[' || c == ']')) {
                throw new IllegalArgumentException("a host name or an address is expected before the port");
            }
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("a port from 0 to 65535 is expected");
            }
        }

        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }

        /** Whether only this machine reaches it. */
        public boolean isLoopback() {
            return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
        }
    }

    /** A unix socket. */
    record Unix(Path path) implements Endpoint {
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * Reads {@code unix:/path} or what {@link #parseTcp} reads.
     *
     * @throws IllegalArgumentException with what was expected
     */
    static Endpoint parse(String text, String defaultHost) {
        if (text.startsWith("unix:")) {
            String path = text.substring("unix:".length());
            if (path.isEmpty()) {
                throw new IllegalArgumentException("unix: is followed by the path of a socket");
            }
            return new Unix(Path.of(path).toAbsolutePath());
        }
        return parseTcp(text, defaultHost);
    }

    /**
     * Reads {@code host:port}.
     *
     * @param defaultHost the host of a bare port
     * @throws IllegalArgumentException with what was expected
     */
    static Tcp parseTcp(String text, String defaultHost) {
        int colon = text.lastIndexOf(':');
        String host = colon <= 0 ? defaultHost : text.substring(0, colon);
        String port = text.substring(colon + 1);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("host:port is expected, without a scheme, an IPv6 address in brackets");
        }
        if (!port.matches("\\d{1,5}")) {
            throw new IllegalArgumentException("host:port is expected");
        }
        return new Tcp(host, Integer.parseInt(port));
    }
}
