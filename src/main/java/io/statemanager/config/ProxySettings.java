package io.statemanager.config;

import java.time.Duration;

/**
 * How requests wait for an application that is not up.
 *
 * @param holdTime how long a request is held
 * @param holdRequests how many are held at a time
 */
public record ProxySettings(Duration holdTime, int holdRequests) {
    public ProxySettings {
        new Rules()
                .notNegative("hold_time", holdTime)
                .between(0, 1_000_000, "hold_requests", holdRequests)
                .hold();
    }

    static ProxySettings read(Section section) {
        Duration holdTime = section.duration("hold_time", Defaults.HOLD_TIME);
        int holdRequests = section.count("hold_requests", Defaults.HOLD_REQUESTS);
        return section.end().build(() -> new ProxySettings(holdTime, holdRequests));
    }
}
