/**
 * The HTTP door and the event-bus bridge: two thin doors to the commands of {@link io.statemanager.bus.Commands}. No route is written by hand
 * but health, metrics, description and events; everything else is mounted from the descriptions.
 *
 * <p>A request passes, in this order: its id, health (open to all), the token, the configuration conflict, the form of its path, its body, the
 * command. Whatever goes wrong ends in one place, {@link io.statemanager.http.ProblemAnswer}.
 */
package io.statemanager.http;
