package io.statemanager.proxy;

import java.time.Duration;

/**
 * Limits of the proxy.
 *
 * @param holdTime how long a request waits for an application that will soon be up
 * @param holdRequests how many wait at a time
 * @param connectTimeout from the first packet to a connection
 * @param responseTimeout from the request's last byte to the answer's first one
 */
public record ProxyOptions(Duration holdTime, int holdRequests, Duration connectTimeout, Duration responseTimeout) {
    private static final Duration HOLD_TIME = Duration.ofSeconds(10);
    private static final int HOLD_REQUESTS = 1000;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofMinutes(5);

    public static ProxyOptions defaults() {
        return new ProxyOptions(HOLD_TIME, HOLD_REQUESTS, CONNECT_TIMEOUT, RESPONSE_TIMEOUT);
    }

    /** The same with another hold. */
    public ProxyOptions withHold(Duration time, int requests) {
        return new ProxyOptions(time, requests, connectTimeout, responseTimeout);
    }

    /** The same with another limit for the answer. */
    public ProxyOptions withResponseTimeout(Duration time) {
        return new ProxyOptions(holdTime, holdRequests, connectTimeout, time);
    }
}
