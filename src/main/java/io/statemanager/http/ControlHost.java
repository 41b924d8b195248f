package io.statemanager.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;

/**
 * Whether a request's {@code Host} is the control host: compared without case, port and trailing dot, so that no other spelling carries the
 * token to the application. Immutable.
 */
final class ControlHost {
    private final String name;

    ControlHost(String name) {
        this.name = plain(name);
    }

    boolean isAskedBy(HttpServerRequest request) {
        return request.authority() != null && plain(request.authority().host()).equals(name);
    }

    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
