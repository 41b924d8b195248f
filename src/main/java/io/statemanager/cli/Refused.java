package io.statemanager.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The manager answered with a problem. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient ObjectNode problem;

    Refused(int status, ObjectNode problem) {
        super(problem.path("detail").asText("the manager answered " + status));
        this.status = status;
        this.problem = problem;
    }

    int status() {
        return status;
    }

    ObjectNode problem() {
        return problem;
    }
}
