package io.statemanager.http;

import io.statemanager.runtime.Endpoint;
import io.statemanager.runtime.RunOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the event-bus bridge listens.
 *
 * @param socket the unix socket that needs no token
 * @param listen a loopback port that asks for it
 */
public record BridgeSettings(Path socket, Optional<Endpoint.Tcp> listen) {

    public static BridgeSettings of(RunOptions options) {
        return new BridgeSettings(options.busSocket(), options.busListen());
    }
}
