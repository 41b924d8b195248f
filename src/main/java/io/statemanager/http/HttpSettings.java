package io.statemanager.http;

import io.statemanager.runtime.Endpoint;
import io.statemanager.runtime.RunOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the HTTP door listens.
 *
 * @param listen shared by the application and the control interface
 * @param controlListen a port of its own for the control interface
 * @param controlHost the {@code Host} that means the control interface
 * @param controlSocket the unix socket that needs no token
 */
public record HttpSettings(
        Endpoint.Tcp listen, Optional<Endpoint.Tcp> controlListen, String controlHost, Path controlSocket) {

    public static HttpSettings of(RunOptions options) {
        return new HttpSettings(
                options.listen(), options.controlListen(), options.controlHost(), options.controlSocket());
    }
}
