package io.statemanager.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;

/**
 * What two readers could take for different requests: two hosts, a transfer coding that we do not decode, a target that names another host.
 * Such a request is refused before anything else is read from it. (RFC 9112, sections 3.2, 6.1 and 11.2.)
 */
final class RequestForm {
    private RequestForm() {}

    /** What is wrong, or null. */
    static String fault(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return null;
        }
        String fault = host(request);
        if (fault == null) {
            fault = coding(request);
        }
        return fault == null ? target(request) : fault;
    }

    private static String host(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        if (hosts.isEmpty()) {
            return request.version() == HttpVersion.HTTP_1_0 ? null : "a Host is expected";
        }
        boolean valid = hosts.size() == 1 && (hosts.get(0).isEmpty() || request.authority() != null);
        return valid ? null : "one valid Host is expected";
    }

    private static String coding(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        if (codings.isEmpty()) {
            return null;
        }
        if (request.version() == HttpVersion.HTTP_1_0) {
            return "HTTP/1.0 has no transfer coding";
        }
        boolean chunked = codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked");
        return chunked ? null : "chunked is the only transfer coding";
    }

    private static String target(HttpServerRequest request) {
        boolean plain = request.uri().startsWith("/")
                || (request.uri().equals("*") && request.method().equals(HttpMethod.OPTIONS));
        return plain ? null : "a target that begins with / is expected";
    }
}
