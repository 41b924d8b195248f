package io.statemanager.bus;

import java.util.List;
import java.util.Set;

/**
 * How HTTP reaches a command.
 *
 * @param method the HTTP method
 * @param paths the paths, the first one being the documented one; {@code {name}} stands for a member of the request record
 * @param query members of the request record that may stand in the query
 * @param followed whether the answer can be followed as NDJSON progress lines
 */
public record Route(String method, List<String> paths, Set<String> query, boolean followed) {

    public static Route get(String... paths) {
        return new Route("GET", List.of(paths), Set.of(), false);
    }

    public static Route post(String... paths) {
        return new Route("POST", List.of(paths), Set.of(), false);
    }

    public static Route delete(String... paths) {
        return new Route("DELETE", List.of(paths), Set.of(), false);
    }

    public Route query(String... members) {
        return new Route(method, paths, Set.of(members), followed);
    }

    /** The same route, whose answer may be asked for as a stream of progress lines. */
    public Route asFollowed() {
        return new Route(method, paths, query, true);
    }
}
