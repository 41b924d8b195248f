package io.statemanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.statemanager.bus.CommandException;

/** Tells a failure to a person and gives its exit code: what happened, every fault, what can be done. Never a stack trace. */
final class Failures {
    private Failures() {}

    static int tell(Throwable failure, Console console) {
        if (failure instanceof Refused refused) {
            return refused(refused, console);
        }
        if (failure instanceof Unreachable unreachable) {
            say(console, unreachable.getMessage(), unreachable.hint());
            return ExitCodes.UNREACHABLE;
        }
        if (failure instanceof CommandException known) {
            say(console, known.detail(), known.hint());
            known.faults().stream()
                    .skip(1)
                    .forEach(fault -> console.err().println("       " + fault.path() + ": " + fault.message()));
            return ExitCodes.FAILED;
        }
        String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        say(console, text, null);
        return ExitCodes.FAILED;
    }

    private static int refused(Refused refused, Console console) {
        JsonNode problem = refused.problem();
        say(console, refused.getMessage(), problem.path("hint").asText(null));
        JsonNode faults = problem.path("faults");
        for (int i = 1; i < faults.size(); i++) {
            console.err()
                    .println("       " + faults.get(i).path("path").asText() + ": "
                            + faults.get(i).path("message").asText());
        }
        if (problem.has("retry_after_s")) {
            console.err()
                    .println(
                            "hint: try again in " + problem.get("retry_after_s").asText() + " s");
        }
        return ExitCodes.ofStatus(refused.status());
    }

    private static void say(Console console, String error, String hint) {
        console.err().println("error: " + error);
        if (hint != null) {
            console.err().println("hint: " + hint);
        }
    }
}
