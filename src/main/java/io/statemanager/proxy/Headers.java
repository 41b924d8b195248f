package io.statemanager.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which headers go on: all but those that belong to one connection (RFC 9110, section 7.6.1), the ones that {@code Connection} names included.
 * How a body is framed is decided anew on each side.
 */
final class Headers {
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "expect");

    private Headers() {}

    /** Adds to {@code to} what of {@code from} goes on. */
    static void copy(MultiMap from, MultiMap to) {
        Set<String> dropped = named(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name) && !dropped.contains(name)) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    /** The names in {@code Connection}; the length is not among them, whoever names it: without it a body has another end. */
    private static Set<String> named(MultiMap headers) {
        Set<String> names = new HashSet<>();
        for (String list : headers.getAll(HttpHeaders.CONNECTION)) {
            for (String name : list.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        names.remove("content-length");
        names.remove("host");
        return names;
    }

    /** Whether a header, as a list of words, has this one. */
    static boolean has(MultiMap headers, CharSequence header, String word) {
        for (String list : headers.getAll(header)) {
            for (String element : list.split(",", -1)) {
                if (element.strip().equalsIgnoreCase(word)) {
                    return true;
                }
            }
        }
        return false;
    }
}
