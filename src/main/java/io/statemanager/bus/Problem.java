package io.statemanager.bus;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The problem document of RFC 9457 for a {@link CommandException}: {@code type}, {@code title}, {@code status}, {@code detail}, with the
 * stable {@code code}, and {@code error} (the detail again, where older clients look for it), {@code hint} and {@code faults} where there are.
 */
public final class Problem {
    private Problem() {}

    public static ObjectNode of(CommandException failure) {
        FailureCode code = failure.code();
        ObjectNode problem = Json.object();
        problem.put("type", "about:blank");
        problem.put("title", code.title());
        problem.put("status", code.status());
        problem.put("code", code.text());
        problem.put("detail", failure.detail());
        problem.put("error", failure.detail());
        if (failure.hint() != null) {
            problem.put("hint", failure.hint());
        }
        if (!failure.faults().isEmpty()) {
            ArrayNode faults = problem.putArray("faults");
            failure.faults().forEach(fault -> faults.add(Json.tree(fault)));
        }
        if (failure.retryAfter() != null) {
            problem.put("retry_after_s", Math.max(1, failure.retryAfter().toSeconds()));
        }
        return problem;
    }
}
