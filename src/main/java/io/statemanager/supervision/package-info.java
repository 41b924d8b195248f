/**
 * The child processes: what is to run ({@link io.statemanager.supervision.ProcessSpec}), the life of each
 * ({@link io.statemanager.supervision.ProcessState}), starting, stopping, freezing and killing them with everything they forked, their
 * output, and what a former incarnation of this program left running.
 *
 * <p>Everything that changes a process's state happens on one thread, {@code supervision} ({@link io.statemanager.supervision.Control}): no
 * locks, and nothing there waits longer than a freeze (one second). The verticle only wires this to the commands.
 */
package io.statemanager.supervision;
