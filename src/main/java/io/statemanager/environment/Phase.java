package io.statemanager.environment;

import java.util.Locale;

/**
 * Where the environment stands, as the status shows it. One phase at a time; an operation that is under way keeps others out.
 *
 * @param busy whether an operation is under way, so that another is refused with 409
 */
record Phase(Name name, String reason, boolean busy) {
    enum Name {
        STARTING,
        UNCONFIGURED,
        WAITING,
        SETTLING,
        RUNNING,
        RESTORING,
        RELEASING,
        RELEASED,
        BLOCKED,
        STOPPING,
        FAILED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Phase idle(Name name, String reason) {
        return new Phase(name, reason, false);
    }

    static Phase busy(Name name, String reason) {
        return new Phase(name, reason, true);
    }
}
