package io.statemanager.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import java.util.ArrayList;
import java.util.List;

/**
 * A request to {@code config.apply}, split into what is configured and how. The three members of the request are never saved.
 *
 * @param document the configuration alone
 * @param verify whether the store is probed before anything is saved
 * @param adopt whose state wins, or null
 * @param replace whether it may take the place of a configuration that there is
 */
record ApplyRequest(ObjectNode document, boolean verify, EnvironmentCommands.Adopt adopt, boolean replace) {
    private static final List<String> MEMBERS = List.of("verify", "adopt", "replace");

    static ApplyRequest of(ObjectNode body) {
        List<Fault> faults = new ArrayList<>();
        Section section = Section.root(body, faults);
        boolean verify = section.flag("verify", true);
        EnvironmentCommands.Adopt adopt = section.choice("adopt", EnvironmentCommands.Adopt.class, null);
        boolean replace = section.flag("replace", false);
        if (!faults.isEmpty()) {
            throw CommandException.invalid(FailureCode.INVALID_CONFIGURATION, faults);
        }
        return new ApplyRequest(body.deepCopy().without(MEMBERS), verify, adopt, replace);
    }

    /** Without the document, which holds secrets in clear. */
    @Override
    public String toString() {
        return "ApplyRequest[verify=" + verify + ", adopt=" + adopt + ", replace=" + replace + "]";
    }
}
