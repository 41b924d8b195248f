package io.statemanager.bus;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One operation, described once: event-bus address, request and reply record, time limit, failure codes and, for a public one, its HTTP route.
 * The doors, the bridge's permissions and the OpenAPI document are made from these descriptions.
 *
 * @param address the event-bus address, also the operation's public name
 * @param request the request record
 * @param reply the reply record
 * @param timeout how long a caller waits for the reply
 * @param failures the codes that this operation itself may answer with (the common ones are not repeated)
 * @param route how HTTP reaches it; absent for an internal command, which no door ever permits
 * @param summary one sentence for the documentation
 */
public record Command<Q, R>(
        String address,
        Class<Q> request,
        Class<R> reply,
        Duration timeout,
        Set<FailureCode> failures,
        Optional<Route> route,
        String summary) {

    /** Long operations: bounded, but a large restore may take hours. */
    public static final Duration LONG = Duration.ofHours(12);

    /** Operations that wait for processes or the store. */
    public static final Duration MEDIUM = Duration.ofMinutes(15);

    /** Operations answered from memory or by one or two requests to the store. */
    public static final Duration SHORT = Duration.ofSeconds(30);

    /** An operation for users. */
    public static <Q, R> Command<Q, R> open(
            String address,
            Class<Q> request,
            Class<R> reply,
            Duration timeout,
            Route route,
            String summary,
            FailureCode... failures) {
        return new Command<>(address, request, reply, timeout, Set.of(failures), Optional.of(route), summary);
    }

    /** An operation between our own verticles. */
    public static <Q, R> Command<Q, R> internal(
            String address,
            Class<Q> request,
            Class<R> reply,
            Duration timeout,
            String summary,
            FailureCode... failures) {
        return new Command<>(address, request, reply, timeout, Set.of(failures), Optional.empty(), summary);
    }

    /** Whether the doors permit it. */
    public boolean isPublic() {
        return route.isPresent();
    }
}
