package io.statemanager.supervision;

import io.statemanager.runtime.Ticker;
import java.io.IOException;

/**
 * What a supervised process needs of the others and of the workshop. All on the supervision thread.
 */
interface Surroundings {
    Control control();

    Ticker ticker();

    Launcher launcher();

    /** Who descends from whom, now. */
    Lineage look() throws IOException;

    /** Whether processes may run at present. */
    boolean mayRun();

    /** Whether everything is being held still. */
    boolean isFrozen();

    /**
     * Makes way for a stop. A freeze that a watchdog limits is broken, so that the process can take SIGTERM; one without (the lease's) stays.
     *
     * @return whether the process may run again for its stop; else it has to be killed as it is
     */
    boolean thawForStop();

    /** A run has begun. */
    void launched();

    /** Nobody of a run is left. */
    void gone(ChildProcess child);

    /** Tells that something happened to a process: {@code started}, {@code exited}, … */
    void happened(String what, ManagedProcess process);
}
