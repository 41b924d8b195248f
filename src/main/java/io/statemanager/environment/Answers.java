package io.statemanager.environment;

import io.statemanager.bus.ConfigCommands.Applied;
import io.statemanager.bus.LeaseCommands.Acquired;
import io.statemanager.config.Configuration;
import io.statemanager.config.Stack;
import java.util.List;

/** What users are answered once an environment is owned. */
final class Answers {
    private Answers() {}

    static Applied applied(Tenure owned) {
        Configuration in = owned.terms().configuration();
        List<String> warnings = in.storage().password() == null && in.has(Stack.FILES)
                ? List.of("the repository has an empty password: anybody who can read the bucket can read the files")
                : List.of();
        return new Applied(
                "success",
                true,
                in.name(),
                in.stacks().stream().map(Stack::text).toList(),
                owned.how(),
                owned.restored(),
                null,
                warnings);
    }

    static Acquired acquired(Tenure owned) {
        return new Acquired("success", "held", owned.owned().generation());
    }
}
