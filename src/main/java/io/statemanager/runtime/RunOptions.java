package io.statemanager.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How the manager was started: the options of {@code run}, valid and with their defaults. What belongs to the environment is configuration, not
 * here. Holds no secret: the control token comes from {@code CONTROLLER_TOKEN} or the data directory. Immutable.
 *
 * @param dataDir our own directory, absolute; {@code data} below the working directory by default
 * @param config the configuration file that is the configuration then; none by default
 * @param dev whether that file is watched
 * @param listen where requests to the application and to the control interface arrive; {@code 0.0.0.0:8080} by default
 * @param controlListen a port of its own for the control interface; none by default
 * @param controlHost the {@code Host} that means the control interface; {@code fly-app-controller} by default
 * @param target the application; without one every host reaches the control interface
 * @param socketDir where {@code control.sock} and {@code bus.sock} are, absolute; the data directory by default
 * @param busListen a loopback port for the event-bus bridge beside its socket; none by default
 * @param adopt whose state wins at a start that meets unknown local files; not said by default
 * @param logFormat how the processes' output appears on the manager's own; {@link LogFormat#TEXT} by default
 * @param command the program behind {@code --}, the process {@code app}; empty for none
 */
public record RunOptions(
        Path dataDir,
        Optional<Path> config,
        boolean dev,
        Endpoint.Tcp listen,
        Optional<Endpoint.Tcp> controlListen,
        String controlHost,
        Optional<Endpoint> target,
        Path socketDir,
        Optional<Endpoint.Tcp> busListen,
        Optional<Adopt> adopt,
        LogFormat logFormat,
        List<String> command) {

    public static final String DEFAULT_DATA_DIR = "data";
    public static final String DEFAULT_LISTEN = "0.0.0.0:8080";
    public static final String DEFAULT_CONTROL_HOST = "fly-app-controller";

    /** Whose state wins. */
    public enum Adopt {
        LOCAL,
        REMOTE
    }

    /** How a process's output is written: with its name in front, as it came, or one JSON object a line. */
    public enum LogFormat {
        TEXT,
        RAW,
        JSON
    }

    public RunOptions {
        dataDir = dataDir.toAbsolutePath().normalize();
        socketDir = socketDir.toAbsolutePath().normalize();
        command = List.copyOf(command);
        if (dev && config.isEmpty()) {
            throw new IllegalArgumentException("--dev watches the file of --config, which is missing");
        }
        if (controlHost.isBlank() || controlHost.chars().anyMatch(c -> c <= ' ' || c == '/' || c == ':')) {
            throw new IllegalArgumentException("--control-host: a host name without port is expected");
        }
        if (busListen.isPresent() && !busListen.get().isLoopback()) {
            throw new IllegalArgumentException(
                    "--bus-listen: a loopback address is expected, for example 127.0.0.1:7000");
        }
    }

    /** Everything at its default, below a data directory. */
    public static RunOptions defaults(Path dataDir) {
        return new RunOptions(
                dataDir,
                Optional.empty(),
                false,
                Endpoint.parseTcp(DEFAULT_LISTEN, "0.0.0.0"),
                Optional.empty(),
                DEFAULT_CONTROL_HOST,
                Optional.empty(),
                dataDir,
                Optional.empty(),
                Optional.empty(),
                LogFormat.TEXT,
                List.of());
    }

    /** Where the control interface listens without a token. */
    public Path controlSocket() {
        return socketDir.resolve("control.sock");
    }

    /** Where the event-bus bridge listens. */
    public Path busSocket() {
        return socketDir.resolve("bus.sock");
    }
}
