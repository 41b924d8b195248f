package io.statemanager.http;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * Refuses a path that the router would read as another one: it removes dot segments and empty ones, so {@code /checkpoints/..} would mean
 * {@code /}. An id is judged by its command; a path without a plain form never gets there.
 */
final class PathForm {
    private PathForm() {}

    static void check(RoutingContext context) {
        String path = context.request().path();
        if (path == null || !path.startsWith("/")) {
            throw refuse("an absolute path is expected");
        }
        String rest = path.substring(1);
        if (!rest.isEmpty()) {
            for (String segment : rest.split("/", -1)) {
                check(segment);
            }
        }
        context.next();
    }

    private static void check(String segment) {
        if (segment.isEmpty()) {
            throw refuse("the path has an empty segment");
        }
        String plain = segment.toLowerCase(Locale.ROOT).replace("%2e", ".");
        if (plain.equals(".") || plain.equals("..")) {
            throw refuse("the path has a dot segment");
        }
        for (int i = segment.indexOf('%'); i >= 0; i = segment.indexOf('%', i + 1)) {
            if (i + 2 >= segment.length()
                    || Character.digit(segment.charAt(i + 1), 16) < 0
                    || Character.digit(segment.charAt(i + 2), 16) < 0) {
                throw malformed();
            }
        }
    }

    static CommandException malformed() {
        return refuse("the path has a percent sign that is no escape");
    }

    private static CommandException refuse(String detail) {
        return CommandException.of(FailureCode.INVALID_REQUEST, detail);
    }
}
