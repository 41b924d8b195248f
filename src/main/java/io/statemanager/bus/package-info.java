/**
 * The commands: every operation of the program, described once as a {@link io.statemanager.bus.Command} with its address, request record,
 * reply record, failure codes and HTTP route, and grouped by feature in the {@code …Commands} classes. Features know nothing else of one
 * another.
 *
 * <p>{@link io.statemanager.bus.Bus} sends and handles them. Inside the JVM a body is the record itself (by reference); from outside, through
 * the bridge, it is JSON, and the answer an envelope. {@link io.statemanager.bus.Events} publishes what happened.
 */
package io.statemanager.bus;
