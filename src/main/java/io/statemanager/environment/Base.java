package io.statemanager.environment;

import io.statemanager.bus.DatabasePosition;
import java.util.Map;

/**
 * {@code <name>/generations/<generation>.json}: what an owner started from. It is the first thing that an owner writes after its claims, so
 * every generation that wrote anything else has one.
 *
 * @param format 1
 * @param environmentId the environment's id, as in the lease
 * @param nonce of the acquisition, which tells our own object from another's
 * @param commit the newest line commit then, null for none
 * @param databases the newest position of each replica then
 */
record Base(
        int format,
        String environmentId,
        long generation,
        String nonce,
        String commit,
        Map<String, DatabasePosition> databases) {
    static final int FORMAT = 1;
}
